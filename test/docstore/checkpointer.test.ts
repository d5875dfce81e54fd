import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Checkpointer } from '../../docstore/store/checkpointer.ts'
import { type DataFile, fileOf, openFile } from '../../docstore/store/file.ts'

let folder: string
let file: DataFile
let checkpointer: Checkpointer
let failures: Error[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'docstore-checkpoint-'))
  file = openFile(folder)
  file.sqlite.exec('CREATE TABLE t(n INTEGER PRIMARY KEY, b BLOB)')
  failures = []
  checkpointer = new Checkpointer(file.sqlite, fileOf(folder), (error) => void failures.push(error))
})
afterEach(async () => {
  await checkpointer.close()
  file.close()
  rmSync(folder, { recursive: true, force: true })
})

const write = (kilobytes: number): void => {
  file.sqlite.prepare('INSERT INTO t(b) VALUES(randomblob(?))').run(kilobytes * 1000)
}

/** The turns of an event loop, each with its look. */
const live = async (ms: number, work: () => void = () => {}): Promise<void> => {
  for (const until = performance.now() + ms; performance.now() < until; ) {
    if (!checkpointer.holding) work()
    checkpointer.look()
    await new Promise((done) => setTimeout(done, 5))
  }
}

describe('the copy of the log', () => {
  it('goes on while writes come, and the log begins anew: it stays small', async () => {
    await live(2500, () => write(100))
    expect(checkpointer.figures.finished).toBeGreaterThan(0)
    expect(checkpointer.figures.failed).toBe(0)
    expect(statSync(`${fileOf(folder)}-wal`).size).toBeLessThan(40_000_000)
    expect(failures).toEqual([])
  })

  it('lets writes that waited for its last round go on', async () => {
    let freed = 0
    let held = 0
    for (const until = performance.now() + 5000; freed === 0 && performance.now() < until; ) {
      if (!checkpointer.holding) write(100)
      checkpointer.look()
      if (checkpointer.holding && held++ === 0) checkpointer.whenFree(() => void freed++)
      await new Promise((done) => setTimeout(done, 2))
    }
    expect(freed).toBe(1)
  })

  it('does not try again and again while a backup reads the log', async () => {
    const backup = new DatabaseSync(fileOf(folder))
    backup.exec('BEGIN')
    backup.prepare('SELECT count(*) FROM t').get()
    write(8000)
    await live(800, () => write(10))
    expect(checkpointer.figures.rounds).toBeLessThan(5)
    expect(checkpointer.figures.finished).toBe(0)
    backup.exec('COMMIT')
    backup.close()
    await live(2500, () => write(10))
    expect(checkpointer.figures.finished).toBeGreaterThan(0)
  })
})
