import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect } from 'vitest'
import type { Ledger } from './ledger.ts'
import { open } from './writers.ts'

/** What must hold in the file after a kill, read without docstore. */
export const inspectFile = (dataDir: string): void => {
  const file = new DatabaseSync(join(dataDir, 'docstore.sqlite'))
  expect(file.prepare('PRAGMA integrity_check').get()?.integrity_check).toBe('ok')
  file.close()
}

const missing = (wanted: Iterable<string>, there: ReadonlySet<string>): string[] =>
  [...wanted].filter((key) => !there.has(key)).slice(0, 5)

/** What must hold in the store: all that was acknowledged, nothing half, nothing twice, indexes that agree. */
export const inspectStore = async (uri: string, known: Ledger): Promise<void> => {
  const db = await open(uri)
  const keysOf = async (name: string): Promise<string[]> =>
    (
      await db
        .collection(name)
        .find({}, { batchSize: 10_000, projection: { key: 1 } })
        .toArray()
    ).map(({ key }) => String(key))
  const deals = await keysOf('deals')
  const there = new Set(deals)
  expect(there.size).toBe(deals.length)
  const kept = [...known.inserted].filter((key) => !known.deleting.has(key))
  expect(missing(kept, there)).toEqual([])
  expect([...known.deleted].filter((key) => there.has(key))).toEqual([])
  const [left, right] = [await keysOf('left'), await keysOf('right')]
  expect(left.toSorted()).toEqual(right.toSorted())
  expect(missing(known.pairs, new Set(left))).toEqual([])
  for (const account of await db.collection('accounts').find().toArray()) {
    expect(account.version).toBe(account.half)
    expect(account.version).toBeGreaterThanOrEqual(known.versions.get(account.name) ?? 0)
    expect(account.version).toBeLessThanOrEqual(known.asked.get(account.name) ?? 0)
  }
  for (const name of ['deals', 'accounts', 'left', 'right'])
    expect(await db.db?.command({ validate: name })).toMatchObject({ valid: true, errors: [] })
  await db.close()
}
