import { valueFromJs } from '../bson/js.ts'
import type { Engine } from '../engine.ts'
import { keyOf } from '../keys/extract.ts'
import type { Log } from '../server.ts'
import type { Collection } from './collection.ts'
import type { Index } from './index.ts'

const MAX_PER_ROUND = 10_000
const NO_DATE = keyOf(valueFromJs(new Date(-8.64e15)))

/** Removes the documents whose date in a TTL index is past; at most 10,000 a round. */
const expire = (engine: Engine, collection: Collection, index: Index): void => {
  const seconds = Number(index.spec.expireAfterSeconds)
  const oldest = keyOf(valueFromJs(new Date(engine.now() - seconds * 1000)))
  const descending = index.fields[0]?.direction === -1
  const flip = (key: Buffer): Buffer => (descending ? Buffer.from(key.map((byte) => ~byte & 0xff)) : key)
  const [low, high] = descending ? [flip(oldest), flip(NO_DATE)] : [NO_DATE, oldest]
  const rows = collection
    .prepare(`SELECT DISTINCT r FROM ${index.table} WHERE k >= ? AND k <= ? LIMIT ${MAX_PER_ROUND}`)
    .all(low, high)
  if (rows.length) engine.commit.start()
  for (const row of rows) {
    const rid = Number(row.r)
    const doc = collection.fetch(rid)
    if (doc) engine.records.remove(collection, { rid, doc })
  }
}

/** One round: documents past their TTL, cursors and sessions nobody uses. */
export const sweep = (engine: Engine): void => {
  for (const collection of engine.catalog.list())
    for (const index of collection.indexes)
      if (index.spec.expireAfterSeconds !== undefined) expire(engine, collection, index)
  engine.cursors.sweep()
  engine.transactions.sweep()
  engine.snapshots.sweep()
  engine.commit.start()
  engine.sessions.sweep()
}

/** Sweeps every `periodMs`; returns how to stop. */
export const startSweeper = (engine: Engine, periodMs: number, log: Log): (() => void) => {
  const timer = setInterval(() => {
    try {
      sweep(engine)
    } catch (error) {
      engine.commit.fail(error as Error)
      log('the sweep failed', error)
    }
  }, periodMs)
  return () => clearInterval(timer)
}
