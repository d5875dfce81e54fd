import {
  Binary,
  BSONSymbol,
  Code,
  Decimal128,
  type Document,
  Double,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'bson'
import { mongo } from 'mongoose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startDocstore, type TestDocstore } from '../support/docstore.ts'

const dec = (text: string): Decimal128 => Decimal128.fromString(text)
const oid = (end: string): ObjectId => new ObjectId(`0000000000000000000000${end}`)

/** MongoDB's documented comparison order, smallest first, type by type. What stands in one inner list is equal. */
const LADDER: readonly (readonly [type: string, ...values: (readonly unknown[])[]])[] = [
  ['the smallest key', [new MinKey()]],
  ['nothing', [null]],
  [
    'numbers',
    [new Double(Number.NaN), dec('NaN')],
    [new Double(-Infinity), dec('-Infinity')],
    [dec('-1E+400')],
    [Long.MIN_VALUE],
    [new Double(-1.5), dec('-1.50')],
    [new Double(-0), 0, Long.ZERO, dec('-0'), dec('0E+3')],
    [dec('1E-6176')],
    [new Double(5e-324)],
    [dec('0.1')],
    [new Double(0.1)],
    [1, Long.ONE, new Double(1), dec('1.000')],
    [Long.fromString('9007199254740992'), new Double(2 ** 53)],
    [Long.fromString('9007199254740993'), dec('9007199254740993')],
    [Long.MAX_VALUE],
    [new Double(2 ** 63)],
    [new Double(Number.MAX_VALUE)],
    [dec('1E+400')],
    [new Double(Infinity), dec('Infinity')],
  ],
  [
    'texts',
    [''],
    ['A', new BSONSymbol('A')],
    ['a'],
    ['a\0'],
    ['ab'],
    [new BSONSymbol('b')],
    ['ä'],
    ['中'],
    ['\u{1f600}'],
  ],
  [
    'documents',
    [{}],
    [{ a: 1 }, { a: new Double(1) }],
    [{ a: 1, b: 1 }],
    [{ a: 2 }],
    [{ b: 1 }],
    [{ a: 'x' }],
    [{ a: [1] }],
  ],
  ['bytes', [new Binary(Buffer.from('z'))], [new Binary(Buffer.from('aa'))], [new Binary(Buffer.from('aa'), 5)]],
  ['ids', [oid('00')], [oid('7f')], [oid('80')], [oid('ff')]],
  ['truths', [false], [true]],
  [
    'times',
    [new Date(-62_135_596_800_001)],
    [new Date(-1)],
    [new Date(0)],
    [new Date(1)],
    [new Date(253_402_300_800_000)],
  ],
  [
    'timestamps',
    [new Timestamp({ t: 1, i: 1 })],
    [new Timestamp({ t: 1, i: 2 })],
    [new Timestamp({ t: 4294967295, i: 0 })],
  ],
  ['patterns', [/a/], [/a/i], [/b/]],
  ['code', [new Code('a')], [new Code('b')]],
  ['code with a scope', [new Code('a', { x: 1 })], [new Code('b', { x: 1 })]],
  ['the greatest key', [new MaxKey()]],
]

interface Row {
  readonly _id: number
  readonly type: string
  readonly rung: number
  readonly v: unknown
}

const ROWS: Row[] = []
let rungs = 0
for (const [type, ...values] of LADDER)
  for (const same of values) {
    for (const v of same) ROWS.push({ _id: ROWS.length, type, rung: rungs, v })
    rungs++
  }

/** Always the same order that is not the right one. */
const shuffled = ROWS.toSorted((a, b) => ((a._id * 37) % 101) - ((b._id * 37) % 101) || a._id - b._id)

let store: TestDocstore
let client: mongo.MongoClient
let db: mongo.Db
beforeAll(async () => {
  store = await startDocstore()
  client = await new mongo.MongoClient(store.uri('order')).connect()
  db = client.db('order')
  for (const name of ['plain', 'up', 'down', 'pair']) await db.collection<Row>(name).insertMany(shuffled)
  await db.collection('up').createIndex({ v: 1 })
  await db.collection('down').createIndex({ v: -1 })
  await db.collection('pair').createIndex({ v: 1, rung: -1 })
})
afterAll(async () => {
  await client?.close()
  await store?.stop()
})

const WAYS = ['plain', 'up', 'down', 'pair'] as const
const ids = (rows: readonly Row[]): number[] => rows.map((row) => row._id)
const found = async (name: string, filter: Document): Promise<number[]> => {
  const rows = await db
    .collection<Row>(name)
    .find(filter as mongo.Filter<Row>, { projection: { _id: 1 } })
    .toArray()
  return rows.map((row) => Number(row._id)).sort((a, b) => a - b)
}

const isNaNRow = ({ v }: Row): boolean => (v instanceof Double && Number.isNaN(v.value)) || String(v) === 'NaN'
const BOUNDLESS = new Set(['the smallest key', 'the greatest key'])

describe('every type stands where MongoDB puts it', () => {
  for (const name of WAYS)
    it(`sorted ${name === 'plain' ? 'without an index' : `by the index "${name}"`}, both ways`, async () => {
      for (const way of [1, -1] as const) {
        const sorted = await db
          .collection<Row>(name)
          .find({}, { sort: { v: way } })
          .toArray()
        const right = ROWS.map((row) => row.rung)
        expect(sorted.map((row) => row.rung)).toEqual(way === 1 ? right : right.toReversed())
      }
    })

  it('in pipelines, in $min and $max, and in comparisons of expressions', async () => {
    const c = db.collection<Row>('plain')
    const sorted = await c.aggregate<Row>([{ $sort: { v: 1 } }]).toArray()
    expect(sorted.map((row) => row.rung)).toEqual(ROWS.map((row) => row.rung))
    for (const { v, rung } of ROWS) {
      const below = await c.countDocuments({ $expr: { $lt: ['$v', { $literal: v }] } })
      expect([v, below]).toEqual([v, ROWS.filter((row) => row.rung < rung).length])
    }
  })
})

describe('a range stays inside of its type:', () => {
  for (const [type] of LADDER.filter(([name]) => name !== 'patterns' && !BOUNDLESS.has(name)))
    for (const name of WAYS)
      it(`${type}, ${name === 'plain' ? 'without an index' : `by the index "${name}"`}`, async () => {
        for (const row of ROWS.filter((one) => one.type === type)) {
          const within = (test: (rung: number) => boolean): number[] =>
            ids(ROWS.filter((one) => one.type === type && isNaNRow(one) === isNaNRow(row) && test(one.rung)))
          const { v, rung } = row
          expect(await found(name, { v: { $eq: v } })).toEqual(within((n) => n === rung))
          expect(await found(name, { v: { $lt: v } })).toEqual(within((n) => n < rung))
          expect(await found(name, { v: { $lte: v } })).toEqual(within((n) => n <= rung))
          expect(await found(name, { v: { $gt: v } })).toEqual(within((n) => n > rung))
          expect(await found(name, { v: { $gte: v } })).toEqual(within((n) => n >= rung))
        }
      })

  it('but the smallest and the greatest key are compared with everything', async () => {
    for (const name of WAYS) {
      expect(await found(name, { v: { $gt: new MinKey() } })).toHaveLength(ROWS.length - 1)
      expect(await found(name, { v: { $gte: new MinKey() } })).toHaveLength(ROWS.length)
      expect(await found(name, { v: { $lt: new MaxKey() } })).toHaveLength(ROWS.length - 1)
      expect(await found(name, { v: { $lte: new MaxKey() } })).toHaveLength(ROWS.length)
      expect(await found(name, { v: { $lt: new MinKey() } })).toEqual([])
      expect(await found(name, { v: { $gt: new MaxKey() } })).toEqual([])
    }
  })
})

describe('lists', () => {
  it('sort by their smallest element upwards and by their greatest downwards; empty ones come before nothing', async () => {
    for (const name of ['lists', 'indexed lists']) {
      const c = db.collection<{ _id: number; v?: unknown }>(name)
      await c.insertMany([
        { _id: 1, v: [5, 1] },
        { _id: 2, v: 3 },
        { _id: 3, v: [2, 4] },
        { _id: 4, v: [] },
        { _id: 5 },
        { _id: 6, v: ['a', -1] },
      ])
      if (name !== 'lists') await c.createIndex({ v: 1 })
      const order = async (way: 1 | -1): Promise<unknown[]> =>
        (await c.find({}, { sort: { v: way } }).toArray()).map((row) => row._id)
      expect(await order(1)).toEqual([4, 5, 6, 1, 3, 2])
      expect(await order(-1)).toEqual([6, 1, 3, 2, 5, 4])
    }
  })
})
