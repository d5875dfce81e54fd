import { toBson, valueFromJs } from '../bson/js.ts'
import { docValue } from '../bson/value.ts'
import { findRows } from '../commands/rows.ts'
import type { Engine } from '../engine.ts'
import { parseFilter } from '../filter/parse.ts'
import { keyOf } from '../keys/extract.ts'
import type { Log } from '../server.ts'
import type { Collection } from './collection.ts'
import type { Index } from './index.ts'

const MAX_PER_ROUND = 10_000
const NO_DATE = keyOf(valueFromJs(new Date(-8.64e15)))

/** Removes the documents whose date in a TTL index is past; at most 10,000 a round. */
const expire = (engine: Engine, collection: Collection, index: Index, seconds: number): void => {
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

/** Removes what a time series holds for longer than it should: it has no index over its times alone. */
const expireSeries = (engine: Engine, collection: Collection, seconds: number): void => {
  const oldest = new Date(engine.now() - seconds * 1000)
  const filter = parseFilter(docValue(toBson({ [collection.options.timeseries.timeField]: { $lt: oldest } })))
  const rows = findRows(collection, { filter, sort: [], limit: MAX_PER_ROUND })
  if (rows.length) engine.commit.start()
  for (const row of rows) engine.records.remove(collection, row)
}

const expireCollection = (engine: Engine, collection: Collection): void => {
  for (const index of collection.indexes)
    if (index.spec.expireAfterSeconds !== undefined)
      expire(engine, collection, index, Number(index.spec.expireAfterSeconds))
  const { expireAfterSeconds, timeseries } = collection.options
  if (expireAfterSeconds === undefined) return
  if (timeseries) expireSeries(engine, collection, Number(expireAfterSeconds))
  else expire(engine, collection, collection.idIndex, Number(expireAfterSeconds))
}

/** One round: documents past their TTL, cursors and sessions nobody uses. */
export const sweep = (engine: Engine): void => {
  if (engine.parameters.ttlMonitorEnabled)
    for (const collection of engine.catalog.list()) expireCollection(engine, collection)
  engine.cursors.sweep()
  engine.transactions.sweep()
  engine.snapshots.sweep()
  engine.commit.start()
  engine.sessions.sweep()
}

const PULSE_MS = 250

/** Sweeps as often as the parameters say; returns how to stop. */
export const startSweeper = (engine: Engine, log: Log): (() => void) => {
  let sweptAtMs = performance.now()
  const periodMs = (): number => engine.parameters.ttlMonitorSleepSecs * 1000
  const look = (): void => {
    if (performance.now() - sweptAtMs < periodMs()) return
    sweptAtMs = performance.now()
    try {
      sweep(engine)
    } catch (error) {
      engine.commit.fail(error as Error)
      log('the sweep failed', error)
    }
  }
  const timer = setInterval(look, Math.min(PULSE_MS, periodMs()))
  return () => clearInterval(timer)
}
