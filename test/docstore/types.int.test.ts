import { type Document, deserialize } from 'bson'
import { mongo } from 'mongoose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startDocstore, type TestDocstore } from '../support/docstore.ts'
import { exchange } from './raw.ts'
import { bytesOf, Raw, rawOf } from './types/bytes.ts'
import { ANCIENT, SENDABLE } from './types/values.ts'

let store: TestDocstore
let client: mongo.MongoClient
let db: mongo.Db

beforeAll(async () => {
  store = await startDocstore()
  client = await new mongo.MongoClient(store.uri('types')).connect()
  db = client.db('types')
})
afterAll(async () => {
  await client?.close()
  await store?.stop()
})

/** The reply of a command whose values may be `Raw`, its inner documents as their bytes. */
const run = async (command: Document): Promise<Document> => {
  const reply = await exchange(store.socket, bytesOf({ ...command, $db: 'types' }))
  const told = deserialize(reply)
  if (told.ok !== 1 || told.writeErrors) throw new Error(JSON.stringify(told))
  return deserialize(reply, { raw: true })
}

const rows = async (command: Document): Promise<string[]> => {
  const { cursor } = await run(command)
  return deserialize(cursor, { fieldsAsRaw: { firstBatch: true } }).firstBatch.map((row: Buffer) => row.toString('hex'))
}

const find = (filter: Document, more: Document = {}): Promise<string[]> => rows({ find: 'c', filter, ...more })
const aggregate = (...pipeline: Document[]): Promise<string[]> => rows({ aggregate: 'c', pipeline, cursor: {} })
const hex = (doc: Document): string => bytesOf(doc).toString('hex')

let lastId = 0

/** Inserts a document that has the value in all kinds of places. */
const inserted = async (v: unknown): Promise<Document & { readonly _id: number }> => {
  const doc = { _id: ++lastId, v, n: 1, list: [v, v], o: { in: v, last: 'x' } }
  await run({ insert: 'c', documents: [doc] })
  return doc
}

const change = (_id: number, u: unknown): Promise<Document> => run({ update: 'c', updates: [{ q: { _id }, u }] })

describe('every byte is kept of', () => {
  for (const [what, v] of [...SENDABLE, ...ANCIENT])
    it(what, async () => {
      const doc = await inserted(v)
      const { _id } = doc
      expect(await find({ _id })).toEqual([hex(doc)])
      await change(_id, { $inc: { n: 1 }, $set: { 'o.last': 'y' } })
      const changed = { ...doc, n: 2, o: { in: v, last: 'y' } }
      expect(await find({ _id })).toEqual([hex(changed)])
      const given = await run({ findAndModify: 'c', query: { _id }, update: { $unset: { n: 1 } } })
      expect(given.value.toString('hex')).toBe(hex(changed))
      await change(_id, { w: v, deep: { w: [v] } })
      expect(await find({ _id })).toEqual([hex({ _id, w: v, deep: { w: [v] } })])
      await change(_id, { $rename: { w: 'x' } })
      expect(await find({ _id })).toEqual([hex({ _id, deep: { w: [v] }, x: v })])
      const removed = await run({ findAndModify: 'c', query: { _id }, remove: true })
      expect(removed.value.toString('hex')).toBe(hex({ _id, deep: { w: [v] }, x: v }))
    })
})

describe('every byte is kept by pipelines of', () => {
  for (const [what, v] of [...SENDABLE, ...ANCIENT])
    it(what, async () => {
      const doc = await inserted(v)
      const { _id } = doc
      const only = { $match: { _id } }
      expect(await aggregate(only)).toEqual([hex(doc)])
      expect(await aggregate(only, { $project: { v: 1, 'o.in': 1 } })).toEqual([hex({ _id, v, o: { in: v } })])
      expect(await aggregate(only, { $addFields: { n: 5 } })).toEqual([hex({ ...doc, n: 5 })])
      expect(await aggregate(only, { $project: { n: 0 } })).toEqual([hex({ _id, v, list: [v, v], o: doc.o })])
      expect(await aggregate(only, { $replaceRoot: { newRoot: '$o' } })).toEqual([hex(doc.o)])
      expect(await aggregate(only, { $unwind: '$list' }, { $limit: 1 })).toEqual([hex({ ...doc, list: v })])
      expect(await aggregate(only, { $project: { _id: 0, w: '$v', list: { $slice: ['$list', 1] } } })).toEqual([
        hex({ w: v, list: [v] }),
      ])
      const grouped = { $group: { _id: '$_id', first: { $first: '$v' }, all: { $push: '$v' } } }
      expect(await aggregate(only, grouped)).toEqual([hex({ _id, first: v, all: [v] })])
      if (what !== 'undefined') expect(await aggregate(only, { $group: { _id: '$v' } })).toEqual([hex({ _id: v })])
    })
})

describe('a value finds itself, is set and is a default by an upsert:', () => {
  // a number that is none, a pattern and undefined are asked for in other ways
  for (const [what, v] of SENDABLE)
    it(what, async () => {
      const doc = await inserted(v)
      const { _id } = doc
      expect(await find({ _id, 'o.in': { $eq: v } }, { projection: { n: 1 } })).toEqual([hex({ _id, n: 1 })])
      expect(await find({ _id, v: { $in: [v] } }, { projection: { v: 1 } })).toEqual([hex({ _id, v })])
      if (rawOf(v).type !== 3 || !rawOf(v).payload.includes('$')) {
        await change(_id, { $set: { n: v }, $push: { list: v } })
        expect(await find({ _id })).toEqual([hex({ ...doc, n: v, list: [v, v, v] })])
      }
      await run({ delete: 'c', deletes: [{ q: { _id }, limit: 1 }] })
      await run({ update: 'c', updates: [{ q: { _id }, u: { $setOnInsert: { w: [v] } }, upsert: true }] })
      expect(await find({ _id })).toEqual([hex({ _id, w: [v] })])
    })
})

describe('a real driver', () => {
  it('gets back the bytes it sent, of all values at once', async () => {
    const sent = SENDABLE.filter(([, v]) => !(v instanceof Raw)).map(([what, v], _id) => ({ _id, what, v }))
    const c = db.collection<{ _id: number; what?: string; v?: unknown; again?: unknown }>('driver')
    await c.insertMany(sent)
    const got = await c.find({}, { raw: true, sort: { _id: 1 } }).toArray()
    expect(got.map((row) => Buffer.from(row as unknown as Uint8Array).toString('hex'))).toEqual(sent.map(hex))
    const typed = { promoteValues: false, promoteLongs: false, bsonRegExp: true } as const
    for (const doc of sent) {
      const { _id } = doc
      const read = await c.findOne({ _id }, typed)
      await c.replaceOne({ _id }, { again: read?.v })
      const after = await c.findOneAndUpdate({ _id }, { $set: { n: 1 } }, { ...typed, returnDocument: 'after' })
      expect(hex(after ?? {}), doc.what).toBe(hex({ _id, again: doc.v, n: 1 }))
    }
  })
})

describe('a name that every object of JavaScript has is a name like others:', () => {
  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__'])
    it(name, async () => {
      const { _id } = await inserted('x')
      const own = (value: unknown, as = name): Document => Object.fromEntries([[as, value]])
      const set = { $set: { ...own(1), ...own({ a: 1 }, `o.${name}`) }, $push: own(7, `${name}s`) }
      expect(await find({ _id, ...own({ $exists: true }) })).toEqual([])
      await change(_id, set)
      await change(_id, { $inc: { ...own(1), ...own(2, `o.${name}.a`) } })
      const only = { _id, ...own(2), ...own({ a: 3 }, `o.${name}`) }
      expect(await find(only, { projection: { _id: 0, ...own(1) } })).toEqual([hex(own(2))])
      expect(await find(only, { projection: { _id: 0, ...own(1, `o.${name}`) } })).toEqual([hex({ o: own({ a: 3 }) })])
      expect(
        await aggregate({ $match: { _id } }, { $group: { _id: `$${name}`, ...own({ $sum: `$o.${name}.a` }) } }),
      ).toEqual([hex({ _id: 2, ...own(3) })])
      expect(await aggregate({ $match: { _id } }, { $project: { _id: 0, ...own({ $literal: 5 }) } })).toEqual([
        hex(own(5)),
      ])
      await run({ createIndexes: 'c', indexes: [{ key: own(1), name }] })
      expect(await find(own(2), { projection: { _id: 1 }, hint: name })).toEqual([hex({ _id })])
      await change(_id, { $unset: own(''), $rename: own('plain', `o.${name}`) })
      expect(await find({ _id }, { projection: { _id: 0, ...own(1), plain: 1, o: 1 } })).toEqual([
        hex({ o: { in: 'x', last: 'x' }, plain: { a: 3 } }),
      ])
      await run({ dropIndexes: 'c', index: name })
    })
})
