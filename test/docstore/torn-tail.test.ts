import {
  closeSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Document, deserialize, serialize } from 'bson'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { docValue } from '../../docstore/bson/value.ts'
import { type Engine, openEngine } from '../../docstore/engine.ts'
import { execute } from '../../docstore/execute.ts'
import { CONNECTION } from './local.ts'

const COMMITS = 400
const TAIL_BYTES = 64 * 1024

let folder: string
let whole: string

const run = (engine: Engine, command: Document): Document => {
  const body = docValue(Buffer.from(serialize({ ...command, $db: 'x' })))
  const reply = execute(engine, { id: 1, legacy: false, silent: false, body, sequences: new Map() }, CONNECTION)
  engine.commit.flush()
  return deserialize(reply)
}

const copy = (from: string, to: string): void => {
  mkdirSync(to)
  for (const end of ['', '-wal']) copyFileSync(join(from, `docstore.sqlite${end}`), join(to, `docstore.sqlite${end}`))
}

/** One commit after the other: each adds its number to two collections and to a counter. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'docstore-torn-'))
  whole = join(folder, 'whole')
  const engine = openEngine(join(folder, 'live'))
  run(engine, { createIndexes: 'left', indexes: [{ key: { n: 1 }, name: 'n', unique: true }] })
  run(engine, { create: 'right' })
  run(engine, { insert: 'counter', documents: [{ _id: 0, n: -1 }] })
  for (let n = 0; n < COMMITS; n++) {
    const body = (command: Document): Parameters<typeof execute>[1] => ({
      id: 1,
      legacy: false,
      silent: false,
      body: docValue(Buffer.from(serialize({ ...command, $db: 'x' }))),
      sequences: new Map(),
    })
    // three commands in one turn are one group
    execute(engine, body({ insert: 'left', documents: [{ n, text: 'x'.repeat(n % 700) }] }), CONNECTION)
    execute(engine, body({ insert: 'right', documents: [{ n }] }), CONNECTION)
    execute(engine, body({ update: 'counter', updates: [{ q: { _id: 0 }, u: { $set: { n } } }] }), CONNECTION)
    engine.commit.flush()
  }
  copy(join(folder, 'live'), whole)
  await engine.close()
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const harms: [string, (wal: string, size: number, at: number, dice: () => number) => void][] = [
  ['cut off', (wal, _size, at) => truncateSync(wal, at)],
  ['zeroed', (wal, size, at) => overwrite(wal, at, Buffer.alloc(size - at))],
  [
    'garbage',
    (wal, size, at, dice) => overwrite(wal, at, Buffer.from(Array.from({ length: size - at }, () => dice() % 256))),
  ],
  [
    'garbage in one sector',
    (wal, _size, at, dice) => overwrite(wal, at, Buffer.from(Array.from({ length: 512 }, () => dice() % 256))),
  ],
]

const overwrite = (file: string, at: number, bytes: Buffer): void => {
  const fd = openSync(file, 'r+')
  writeSync(fd, bytes, 0, bytes.length, at)
  closeSync(fd)
}

const numbers = (engine: Engine, name: string): number[] =>
  run(engine, { find: name, sort: { n: 1 }, batchSize: 100_000 }).cursor.firstBatch.map(({ n }: Document) => n)

describe('a log whose end never reached the disk', () => {
  it.each(harms)(
    'opens by itself and holds a beginning of the commits, nothing half, where its end is %s',
    async (what, harm) => {
      let seed = what.length * 7919
      const dice = (): number => {
        seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff
        return seed >> 8
      }
      const lost = new Set<number>()
      for (let trial = 0; trial < 12; trial++) {
        const dir = join(folder, `${what.replaceAll(' ', '-')}-${trial}`)
        copy(whole, dir)
        const wal = join(dir, 'docstore.sqlite-wal')
        const { size } = statSync(wal)
        expect(size).toBeGreaterThan(4 * TAIL_BYTES)
        harm(wal, size, size - TAIL_BYTES + (dice() % (TAIL_BYTES - 600)), dice)
        const engine = openEngine(dir)
        const left = numbers(engine, 'left')
        expect(left).toEqual(left.map((_, i) => i))
        expect(numbers(engine, 'right')).toEqual(left)
        expect(numbers(engine, 'counter')).toEqual([left.length - 1])
        expect(left.length).toBeLessThan(COMMITS)
        expect(left.length).toBeGreaterThan(COMMITS / 2)
        lost.add(COMMITS - left.length)
        for (const name of ['left', 'right', 'counter'])
          expect(run(engine, { validate: name, full: true })).toMatchObject({ valid: true })
        run(engine, { insert: 'left', documents: [{ n: COMMITS }] })
        await engine.close()
        rmSync(dir, { recursive: true })
      }
      expect(lost.size).toBeGreaterThan(3)
    },
  )
})
