import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Commit } from '../../docstore/commit.ts'
import type { Disk } from '../../docstore/store/disk.ts'

const turn = (): Promise<void> => new Promise((done) => setTimeout(done, 5))

let folder: string
let sqlite: DatabaseSync
let commit: Commit
/** what the disk is at, and how it is told to be done */
let syncs: ((error: Error | null) => void)[]
let rollbacks: number
let failures: Error[]
let told: string[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'docstore-commit-'))
  sqlite = new DatabaseSync(join(folder, 'c.sqlite'))
  sqlite.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; CREATE TABLE t(n INTEGER PRIMARY KEY, b BLOB)')
  syncs = []
  rollbacks = 0
  failures = []
  told = []
  const disk: Disk = { sync: (done) => void syncs.push(done), syncNow: () => {}, close: () => {} }
  commit = new Commit(sqlite, disk, {
    onRollback: () => void rollbacks++,
    onQuiet: () => {},
    onDiskFailure: (error) => void failures.push(error),
  })
})
afterEach(() => {
  sqlite.close()
  rmSync(folder, { recursive: true, force: true })
})

const tell = (name: string): void =>
  commit.whenTellable((error) => void told.push(error ? `${name}: ${error.message}` : name))

const write = (name: string, bytes = 10): void => {
  try {
    commit.start()
    sqlite.prepare('INSERT INTO t(b) VALUES(?)').run(Buffer.alloc(bytes))
  } catch (error) {
    commit.fail(error as Error)
  }
  tell(name)
}

const rows = (): number => Number(sqlite.prepare('SELECT count(*) AS n FROM t').get()?.n)

describe('group commit', () => {
  it('answers writes when they are on disk, and reads of them when they are committed', async () => {
    write('a')
    tell('read')
    expect(told).toEqual([])
    await turn()
    expect(told).toEqual(['read'])
    commit.needDisk()
    tell('majority')
    syncs.shift()?.(null)
    expect(told).toEqual(['read', 'a', 'majority'])
  })

  it('lets what is committed while the disk is busy go with the next force', async () => {
    write('a')
    await turn()
    write('b')
    write('c')
    await turn()
    commit.needDisk()
    tell('majority')
    expect(syncs.length).toBe(1)
    syncs.shift()?.(null)
    expect(told).toEqual(['a'])
    syncs.shift()?.(null)
    expect(told).toEqual(['a', 'b', 'c', 'majority'])
    expect(commit.figures).toMatchObject({ groups: 2, syncs: 2 })
  })

  it('undoes a group for which the disk is full, and keeps the one that is on its way to the disk', async () => {
    write('early')
    await turn()
    const pages = Number(sqlite.prepare('PRAGMA page_count').get()?.page_count)
    sqlite.exec(`PRAGMA max_page_count=${pages + 2}`)
    write('beside')
    write('large', 100_000)
    write('after')
    await turn()
    expect(told).toEqual([expect.stringMatching(/^beside: .*full/)])
    expect(rollbacks).toBe(1)
    expect(rows()).toBe(2)
    syncs.shift()?.(null)
    syncs.shift()?.(null)
    // the error of the large one is an error reply already: it is told like any other answer
    expect(told.slice(1)).toEqual(['early', 'large', 'after'])
    sqlite.exec('PRAGMA max_page_count=1000000')
    write('again', 100_000)
    await turn()
    syncs.shift()?.(null)
    expect(told.at(-1)).toBe('again')
  })

  it('answers nothing and ends everything when the disk fails', async () => {
    write('a')
    await turn()
    syncs.shift()?.(new Error('EIO'))
    write('b')
    await turn()
    expect(told).toEqual([])
    expect(failures.map(({ message }) => message)).toEqual(['EIO'])
    expect(syncs.length).toBe(0)
  })
})
