import mongoose, { type Connection, mongo } from 'mongoose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startDocstore, type TestDocstore } from '../support/docstore.ts'

let store: TestDocstore
let connection: Connection
let db: mongo.Db

beforeAll(async () => {
  store = await startDocstore({ args: ['--ttl-seconds', '0.2'] })
  connection = await mongoose.createConnection(store.uri('floor'), { retryWrites: true }).asPromise()
  db = connection.db as unknown as mongo.Db
})

afterAll(async () => {
  await connection?.close()
  await store?.stop()
})

const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'fine',
    (error: mongo.MongoServerError) => error.code,
  )

describe('commands', () => {
  it('answer what tools ask first', async () => {
    for (const name of ['ping', 'buildInfo', 'hostInfo', 'serverStatus', 'connectionStatus', 'dbStats'])
      expect(await db.command({ [name]: 1 })).toMatchObject({ ok: 1 })
    expect(await db.command({ hello: 1 })).toMatchObject({ isWritablePrimary: true, setName: 'docstore' })
    expect((await db.admin().listDatabases()).ok).toBe(1)
  })

  it('refuse what they do not know, by MongoDB codes', async () => {
    expect(await codeOf(db.command({ getLog: 'global' }))).toBe(59)
    expect(await codeOf(db.command({ find: 'nothing', foo: 1 }))).toBe(40415)
    expect(await codeOf(db.command({ find: 'nothing', filter: { a: { $near: 1 } } }))).toBe(2)
    expect(await codeOf(db.command({ find: 'nothing', filter: 'text' }))).toBe(14)
    expect(
      await codeOf(
        db
          .collection('nothing')
          .aggregate([{ $foo: 1 }])
          .toArray(),
      ),
    ).toBe(40324)
    expect(
      await codeOf(
        db
          .collection('nothing')
          .aggregate([{ $project: { a: '$$b' } }])
          .toArray(),
      ),
    ).toBe(17276)
    expect(await codeOf(db.collection('nothing').watch().next())).toBe(40573)
    expect(await codeOf(db.collection('nothing').indexes())).toBe(26)
    expect(await codeOf(db.command({ getMore: mongo.Long.fromNumber(5), collection: 'c' }))).toBe(43)
    expect(await codeOf(db.command({ insert: 'c', documents: [{ a: 1 }], writeConcern: { w: 3 } }))).toBe(100)
    expect(await codeOf(db.collection('a$b').insertOne({}))).toBe(73)
  })

  it('hand out long results in batches, and forget a cursor that is closed', async () => {
    const c = db.collection<{ _id: number }>('many')
    await c.insertMany(Array.from({ length: 2500 }, (_, _id) => ({ _id })))
    const ids = (await c.find({}, { batchSize: 300 }).toArray()).map((d) => d._id)
    expect(ids).toEqual(Array.from({ length: 2500 }, (_, i) => i))
    const cursor = c.find({}, { batchSize: 2 })
    await cursor.next()
    const id = cursor.id as mongo.Long
    await cursor.close()
    expect(await codeOf(db.command({ getMore: id, collection: 'many' }))).toBe(43)
    expect(await c.find().sort({ _id: -1 }).skip(5).limit(2).toArray()).toEqual([{ _id: 2494 }, { _id: 2493 }])
    expect([await c.countDocuments({ _id: { $gte: 2000 } }), await c.estimatedDocumentCount()]).toEqual([500, 2500])
  })

  it('make, list and drop collections and views', async () => {
    await db.createCollection('one')
    await db.createCollection('one')
    expect(await codeOf(db.createCollection('one', { validator: { a: 1 } }))).toBe(48)
    await db.createCollection('big', { viewOn: 'many', pipeline: [{ $match: { _id: { $gt: 2490 } } }] })
    expect(await db.collection('big').countDocuments()).toBe(9)
    expect(await db.collection<{ _id: number }>('big').findOne({ _id: 2495 })).toEqual({ _id: 2495 })
    expect(await codeOf(db.collection('big').insertOne({}))).toBe(166)
    const names = (await db.listCollections({}, { nameOnly: true }).toArray()).map((c) => c.name)
    expect(names).toEqual(expect.arrayContaining(['one', 'big', 'many']))
    expect(await db.dropCollection('one')).toBe(true)
    await db.collection('many').rename('more')
    expect(await db.collection('more').estimatedDocumentCount()).toBe(2500)
    expect(await codeOf(db.createCollection('checked', { validator: { n: { $type: 'int' } } }))).toBe('fine')
    expect(await codeOf(db.collection('checked').insertOne({ n: 'x' }))).toBe(121)
  })

  it('keep every BSON type exactly as it was sent', async () => {
    const { Binary, Code, Decimal128, Double, Int32, Long, MaxKey, MinKey, ObjectId, Timestamp, BSONRegExp, UUID } =
      mongo
    const sent = {
      _id: new ObjectId(),
      int: new Int32(1),
      long: Long.fromNumber(1),
      double: new Double(1),
      negativeZero: new Double(-0),
      nan: new Double(Number.NaN),
      decimal: Decimal128.fromString('1.10'),
      before1970: new Date(-1),
      uuid: new UUID().toBinary(),
      user: new Binary(Buffer.from('x'), 128),
      stamp: new Timestamp({ t: 5, i: 6 }),
      regex: new BSONRegExp('^a', 'i'),
      code: new Code('x'),
      least: new MinKey(),
      most: new MaxKey(),
      nothing: null,
      nested: { list: [new Double(2), new Int32(2)], z: 1, a: 2 },
    }
    const c = db.collection('types')
    await c.insertOne(sent)
    const [bytes] = await c.find({}, { raw: true }).toArray()
    expect(Buffer.from(bytes as unknown as Uint8Array)).toEqual(Buffer.from(mongo.BSON.serialize(sent)))
    for (const [name, value] of Object.entries(sent)) expect(await c.countDocuments({ [name]: value }), name).toBe(1)
  })
})

describe('indexes', () => {
  it('answer conflicts with 85, 86, 27 and 67', async () => {
    const c = db.collection('conflicts')
    await c.createIndex({ a: 1 }, { name: 'a' })
    expect(await c.createIndex({ a: 1 }, { name: 'a' })).toBe('a')
    expect(await codeOf(c.createIndex({ a: 1 }, { name: 'b' }))).toBe(85)
    expect(await codeOf(c.createIndex({ b: 1 }, { name: 'a' }))).toBe(86)
    expect(await codeOf(c.createIndex({ a: 1 }, { name: 'a', unique: true }))).toBe(86)
    expect(await codeOf(c.dropIndex('nothing'))).toBe(27)
    expect(await codeOf(db.command({ createIndexes: 'conflicts', indexes: [{ key: { a: 'text' }, name: 't' }] }))).toBe(
      67,
    )
    await c.insertMany([{ u: 1 }, { u: 1 }])
    expect(await codeOf(c.createIndex({ u: 1 }, { unique: true }))).toBe(11000)
    expect((await c.indexes()).map((i) => i.name)).toEqual(['_id_', 'a'])
  })

  it('unique and sparse let many be without, unique and partial look only at their part', async () => {
    const c = db.collection('people')
    await c.createIndex({ mail: 1 }, { unique: true, sparse: true })
    await c.createIndex({ badge: 1 }, { unique: true, partialFilterExpression: { active: true } })
    await c.insertMany([{ n: 1 }, { n: 2 }, { mail: 'ana', badge: 7 }, { badge: 7, active: true }])
    expect(await codeOf(c.insertOne({ mail: 'ana' }))).toBe(11000)
    expect(await codeOf(c.insertOne({ badge: 7, active: true }))).toBe(11000)
    expect(await codeOf(c.updateOne({ mail: 'ana' }, { $set: { active: true } }))).toBe(11000)
    expect(await c.countDocuments({ mail: null })).toBe(3)
    expect(await db.command({ validate: 'people' })).toMatchObject({ valid: true })
  })

  it('with a time to live remove what is past, and nothing else', async () => {
    const c = db.collection('sessions')
    await c.createIndex({ until: 1 }, { expireAfterSeconds: 1 })
    await c.insertMany([
      { until: new Date(Date.now() - 5000), n: 1 },
      { until: new Date(Date.now() + 60_000), n: 2 },
      { n: 3 },
      { until: 'never', n: 4 },
    ])
    await expect
      .poll(async () => (await c.find().sort({ n: 1 }).toArray()).map((d) => d.n), { timeout: 5000 })
      .toEqual([2, 3, 4])
  })
})

describe('transactions', () => {
  it('are seen whole or not at all, and the later of two that collide is told to try again', async () => {
    const c = db.collection<{ _id: string; n: number }>('accounts')
    await c.insertMany([
      { _id: 'a', n: 10 },
      { _id: 'b', n: 0 },
    ])
    const client = connection.getClient() as unknown as mongo.MongoClient
    const one = client.startSession()
    const two = client.startSession()
    one.startTransaction()
    await c.updateOne({ _id: 'a' }, { $inc: { n: -5 } }, { session: one })
    await c.updateOne({ _id: 'b' }, { $inc: { n: 5 } }, { session: one })
    expect(await c.findOne({ _id: 'a' }, { session: one })).toMatchObject({ n: 5 })
    expect(await c.findOne({ _id: 'a' })).toMatchObject({ n: 10 })
    two.startTransaction()
    const late = await c
      .updateOne({ _id: 'a' }, { $inc: { n: 1 } }, { session: two })
      .catch((error: mongo.MongoServerError) => error)
    expect(late).toMatchObject({ code: 112 })
    expect((late as mongo.MongoServerError).hasErrorLabel('TransientTransactionError')).toBe(true)
    await one.commitTransaction()
    await one.commitTransaction()
    expect(await c.find().sort({ _id: 1 }).toArray()).toEqual([
      { _id: 'a', n: 5 },
      { _id: 'b', n: 5 },
    ])
    one.startTransaction()
    await c.deleteMany({}, { session: one })
    await one.abortTransaction()
    expect(await c.countDocuments()).toBe(2)
    await one.endSession()
    await two.endSession()
  })

  it('read the state they began with, whatever others do meanwhile', async () => {
    const c = db.collection<{ _id: number; k: number }>('snapshot')
    await c.createIndex({ k: 1 }, { unique: true })
    await c.insertMany([
      { _id: 1, k: 1 },
      { _id: 2, k: 2 },
    ])
    const session = connection.getClient().startSession() as unknown as mongo.ClientSession
    session.startTransaction()
    const read = (): Promise<unknown> => c.find({}, { session, sort: { k: 1 } }).toArray()
    const before = await read()
    await c.deleteOne({ _id: 1 })
    await c.updateOne({ _id: 2 }, { $set: { k: 1 } })
    await c.insertOne({ _id: 3, k: 2 })
    expect(await read()).toEqual(before)
    expect(await codeOf(c.updateOne({ _id: 2 }, { $set: { k: 9 } }, { session }))).toBe(112)
    await session.abortTransaction()
    await session.endSession()
    expect(await db.command({ validate: 'snapshot' })).toMatchObject({ valid: true, nrecords: 2 })
  })

  it('never lose or make money, though sixteen transfer at once', async () => {
    const c = db.collection<{ _id: number; cents: number }>('bank')
    await c.insertMany(Array.from({ length: 10 }, (_, _id) => ({ _id, cents: 100 })))
    const client = connection.getClient() as unknown as mongo.MongoClient
    const transfer = async (from: number, to: number, fails: boolean): Promise<void> => {
      const session = client.startSession()
      const work = session.withTransaction(async () => {
        await c.updateOne({ _id: from }, { $inc: { cents: -1 } }, { session })
        await c.updateOne({ _id: to }, { $inc: { cents: 1 } }, { session })
        if (fails) throw new Error('changed my mind')
      })
      await work.catch(() => undefined)
      await session.endSession()
    }
    const clerk = async (n: number): Promise<void> => {
      for (let i = 0; i < 6; i++) await transfer((n + i) % 10, (n * 3 + i + 1) % 10, i % 5 === 0)
    }
    await Promise.all(Array.from({ length: 16 }, (_, n) => clerk(n)))
    const total = (await c.find().toArray()).reduce((sum, { cents }) => sum + cents, 0)
    expect(total).toBe(1000)
  })
})
