import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createConnection, type mongo } from 'mongoose'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startDocstore, type TestDocstore } from '../support/docstore.ts'

const can = (program: string, args: string[]): boolean => {
  try {
    execFileSync(program, args, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

const probe = mkdtempSync(join(tmpdir(), 'docstore-mount-'))
const mounts = can('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', probe]) && can('umount', [probe])
rmSync(probe, { recursive: true })
const limits = can('prlimit', ['--version'])

/** Somewhere that takes about 16 MB, and how it is made to take more. */
interface Place {
  readonly start: () => Promise<TestDocstore>
  readonly enlarge: (store: TestDocstore) => void
  readonly leave: () => void
}

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'docstore-full-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const smallDisk = (): Place => {
  const mount = join(folder, 'mount')
  mkdirSync(mount)
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', mount])
  const ballast = join(mount, 'ballast')
  writeFileSync(ballast, Buffer.alloc(4_000_000))
  return {
    start: () => startDocstore({ dataDir: join(mount, 'data') }),
    enlarge: () => rmSync(ballast),
    leave: () => execFileSync('umount', [mount]),
  }
}

/** A limit of the system on the size of a file, where nothing can be mounted: writes fail much as on a full disk. */
const smallFiles = (): Place => ({
  start: () => startDocstore({ dataDir: join(folder, 'limited'), shell: 'ulimit -S -f 12000; exec' }),
  enlarge: ({ pid }) => void execFileSync('prlimit', ['--pid', String(pid), '--fsize=unlimited']),
  leave: () => undefined,
})

let place: Place | undefined
let store: TestDocstore | undefined
afterEach(async () => {
  await store?.kill()
  place?.leave()
})

const sorted = (numbers: Iterable<number>): number[] => [...numbers].toSorted((a, b) => a - b)

type Deals = { n: number; text: string }

const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'stored',
    (error: mongo.MongoServerError) => error.code ?? error.message,
  )

describe('a disk that fills up', () => {
  const cases: [string, boolean, () => Place][] = [
    ['a disk of 16 MB (mounting one needs root: not tested where that is not so)', mounts, smallDisk],
    ['files that cannot grow (needs prlimit)', limits, smallFiles],
  ]
  for (const [what, possible, make] of cases)
    it.skipIf(!possible)(`is told clearly, reads go on, nothing is lost, writes resume: ${what}`, async () => {
      place = make()
      const full = await place.start()
      store = full
      const connection = await createConnection(full.uri('shop'), { maxPoolSize: 4, retryWrites: false }).asPromise()
      const deals = connection.collection<Deals>('deals')
      await deals.createIndex({ n: 1 }, { unique: true })
      const stored = new Set<number>()
      const codes = new Set<unknown>()
      let n = 0
      const write = async (): Promise<unknown> => {
        const mine = n++
        const code = await codeOf(deals.insertOne({ n: mine, text: 'x'.repeat(3000) }))
        if (code === 'stored') stored.add(mine)
        else codes.add(code)
        return code
      }
      const session = connection.getClient().startSession() as unknown as mongo.ClientSession
      for (let failures = 0; failures < 20 && n < 20_000; )
        failures += (await Promise.all([write(), write(), write(), write()])).filter((c) => c !== 'stored').length
      expect(stored.size).toBeGreaterThan(500)
      // 14031 is OutOfDiskSpace; a limit on files is an error of the file to SQLite, and told as 96
      expect([...codes].filter((code) => code !== 14031 && code !== 96)).toEqual([])
      session.startTransaction()
      const inTransaction = async (): Promise<void> => {
        for (let i = 0; i < 8; i++) await deals.insertOne({ n: -i, text: 'x'.repeat(1_000_000) }, { session })
        await session.commitTransaction()
      }
      expect(await codeOf(inTransaction())).not.toBe('stored')
      await session.endSession()
      const all = async (): Promise<number[]> =>
        sorted((await deals.find({}, { projection: { n: 1 } }).toArray()).map((d) => d.n))
      expect(await all()).toEqual(sorted(stored))
      place.enlarge(full)
      await expect.poll(write, { timeout: 5000 }).toBe('stored')
      for (let i = 0; i < 50; i++) expect(await write()).toBe('stored')
      expect(await all()).toEqual(sorted(stored))
      expect(await connection.db?.command({ validate: 'deals', full: true })).toMatchObject({ valid: true })
      await connection.close()
      await full.kill()
      const again = await startDocstore({ dataDir: full.dataDir })
      const after = await createConnection(again.uri('shop')).asPromise()
      expect(await after.collection('deals').countDocuments({})).toBe(stored.size)
      expect(await after.db?.command({ validate: 'deals', full: true })).toMatchObject({ valid: true })
      await after.close()
      await again.stop()
    })
})
