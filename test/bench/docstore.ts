/**
 * What docstore costs over bare node:sqlite, in one run: `node test/bench/docstore.ts [documents]`.
 * Both sides use WAL, synchronous=FULL, the same documents, the same four keys, batches of 100.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { serialize } from 'bson'
import mongoose from 'mongoose'
import { startDocstore } from '../support/docstore.ts'

type Collection = ReturnType<mongoose.Connection['collection']>

const DOCS = Number(process.argv[2] ?? 100_000)
const BATCH = 100

interface Activity {
  _id: string
  org: string
  source: string
  externalId: string
  revision: number
  personId: string
  pending: Date | null
  body: { kind: string; amountCents: number; currency: string; tags: string[] }
  at: Date
}

const activity = (n: number): Activity => ({
  _id: `act_${((n * 2654435761) % 4294967296).toString(16).padStart(8, '0')}${n.toString(16)}`,
  org: 'org_1',
  source: 'crm',
  externalId: `ext-${n}`,
  revision: 1,
  personId: `person_${n % 500}`,
  pending: new Date(1_700_000_000_000 + n),
  body: { kind: 'deal.won', amountCents: n * 7, currency: 'EUR', tags: ['new', 'q4'] },
  at: new Date(1_700_000_000_000 + n * 1000),
})

const seconds = (since: number): number => (performance.now() - since) / 1000
const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
const say = (what: string, value: string): void => console.log(`${what.padEnd(58)} ${value}`)
const perSecond = (n: number): string => `${Math.round(n).toLocaleString('en')}/s`

/** The same rows in bare SQLite: a table, a unique key and three indexes kept by SQLite itself. */
const bareInserts = (): number => {
  const folder = mkdtempSync(join(tmpdir(), 'docstore-bench-'))
  const db = new DatabaseSync(join(folder, 'bare.sqlite'))
  db.exec(
    'PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-131072; PRAGMA wal_autocheckpoint=4000',
  )
  db.exec(`CREATE TABLE t(r INTEGER PRIMARY KEY, id TEXT, org TEXT, source TEXT, ext TEXT, rev INTEGER, person TEXT, at INTEGER, pending INTEGER, doc BLOB);
    CREATE UNIQUE INDEX a ON t(id); CREATE UNIQUE INDEX b ON t(org, source, ext, rev); CREATE INDEX c ON t(org, person, at); CREATE INDEX d ON t(org, pending)`)
  const insert = db.prepare(
    'INSERT INTO t(id, org, source, ext, rev, person, at, pending, doc) VALUES(?,?,?,?,?,?,?,?,?)',
  )
  const start = performance.now()
  for (let from = 0; from < DOCS; from += BATCH) {
    db.exec('BEGIN IMMEDIATE')
    for (let n = from; n < from + BATCH; n++) {
      const a = activity(n)
      insert.run(
        a._id,
        a.org,
        a.source,
        a.externalId,
        a.revision,
        a.personId,
        a.at.getTime(),
        a.pending?.getTime() ?? null,
        serialize(a),
      )
    }
    db.exec('COMMIT')
  }
  const rate = DOCS / seconds(start)
  db.close()
  rmSync(folder, { recursive: true })
  return rate
}

const batchInserts = async (c: Collection, connections: number): Promise<number> => {
  const start = performance.now()
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < DOCS) {
      const from = next
      next += BATCH
      await c.insertMany(Array.from({ length: BATCH }, (_, i) => activity(from + i)) as never[], { ordered: false })
    }
  }
  await Promise.all(Array.from({ length: connections }, worker))
  return DOCS / seconds(start)
}

const singles = async (c: Collection, connections: number, count: number, base: number): Promise<number> => {
  const start = performance.now()
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < count) await c.insertOne(activity(base + next++) as never)
  }
  await Promise.all(Array.from({ length: connections }, worker))
  return count / seconds(start)
}

const timed = async (times: number, work: (i: number) => Promise<unknown>): Promise<number> => {
  const took: number[] = []
  for (let i = 0; i < times; i++) {
    const start = performance.now()
    await work(i)
    took.push(performance.now() - start)
  }
  return median(took)
}

const indexes = async (c: Collection): Promise<void> => {
  await c.createIndex({ org: 1, source: 1, externalId: 1, revision: 1 }, { unique: true })
  await c.createIndex({ org: 1, personId: 1, at: 1 })
  await c.createIndex({ org: 1, pending: 1 })
}

const ms = (value: number): string => `${value.toFixed(3)} ms`
const any = (n: number): number => (n * 7919) % DOCS

const main = async (): Promise<void> => {
  const bare = bareInserts()
  say('bare node:sqlite, batches of 100', perSecond(bare))
  for (const connections of [1, 4]) {
    const store = await startDocstore()
    const client = await mongoose.createConnection(store.uri('bench'), { maxPoolSize: connections }).asPromise()
    const c = client.collection('activities')
    await indexes(c)
    const rate = await batchInserts(c, connections)
    say(
      `docstore, batches of 100, ${connections} connection(s)`,
      `${perSecond(rate)} = ${Math.round((100 * rate) / bare)} % of bare`,
    )
    if (connections === 1) await reads(c)
    await client.close()
    await store.stop()
  }
  await singleRates()
}

const reads = async (c: Collection): Promise<void> => {
  const again = await timed(50, (i) =>
    c
      .insertMany(Array.from({ length: BATCH }, (_, k) => activity(any(i) + k)) as never[], { ordered: false })
      .catch(() => undefined),
  )
  say('batch of 100 that are all duplicates, p50', ms(again))
  const small = c.conn.collection('small')
  await indexes(small)
  await small.insertMany(Array.from({ length: 1000 }, (_, n) => activity(n)) as never[])
  for (let i = 0; i < 200; i++) await small.findOne({ _id: activity(i)._id } as never)
  say(
    'findOne by _id among 1,000, p50',
    ms(await timed(1000, (i) => small.findOne({ _id: activity(i % 1000)._id } as never))),
  )
  say(
    `findOne by _id among ${DOCS}, p50`,
    ms(await timed(1000, (i) => c.findOne({ _id: activity(any(i))._id } as never))),
  )
  const byKey = (i: number): Promise<unknown> =>
    c.findOne({ org: 'org_1', source: 'crm', externalId: `ext-${any(i)}`, revision: 1 })
  say(`findOne by unique key among ${DOCS}, p50`, ms(await timed(1000, byKey)))
  const ids = (i: number): string[] => Array.from({ length: 200 }, (_, k) => activity(any(i * 200 + k))._id)
  say('find by 200 _ids, p50', ms(await timed(100, (i) => c.find({ _id: { $in: ids(i) } } as never).toArray())))
  const range = (i: number): Promise<unknown> =>
    c
      .find({
        org: 'org_1',
        personId: { $in: [`person_${i % 500}`, `person_${(i + 7) % 500}`] },
        at: { $gte: new Date(1_700_000_000_000), $lt: new Date(1_700_050_000_000) },
      })
      .toArray()
  say('find by a compound range, p50', ms(await timed(100, range)))
  const pending = (): Promise<unknown> =>
    c
      .find({ org: 'org_1', pending: { $lt: new Date() } })
      .sort({ pending: 1 })
      .limit(100)
      .toArray()
  say('find pending, sorted, limit 100, p50', ms(await timed(100, pending)))
  const bulk = (i: number): Promise<unknown> =>
    c.bulkWrite(
      ids(i)
        .slice(0, 150)
        .map((_id) => ({
          updateOne: { filter: { _id, revision: 1 }, update: { $set: { 'body.amountCents': i, scored: true } } },
        })) as never,
    )
  say('bulkWrite of 150 updateOne, p50', ms(await timed(50, bulk)))
  say(
    'updateMany $unset of 200 _ids, p50',
    ms(await timed(50, (i) => c.updateMany({ _id: { $in: ids(i) } } as never, { $unset: { pending: 1 } }))),
  )
}

const singleRates = async (): Promise<void> => {
  const store = await startDocstore()
  const rates: number[] = []
  for (const connections of [1, 16]) {
    const client = await mongoose
      .createConnection(store.uri('bench'), { maxPoolSize: connections, minPoolSize: connections })
      .asPromise()
    const c = client.collection('singles')
    await indexes(c)
    await singles(c, connections, 500, connections * 1_000_000)
    rates.push(await singles(c, connections, 5000, connections * 2_000_000))
    await client.close()
  }
  const [one = 1, many = 0] = rates
  say('single inserts, 1 connection', perSecond(one))
  say('single inserts, 16 connections', `${perSecond(many)} = ${(many / one).toFixed(1)} times one connection`)
  await store.stop()
}

await main()
