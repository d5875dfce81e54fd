import { type Connection, createConnection, Schema } from 'mongoose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startDocstore, type TestDocstore } from '../support/docstore.ts'

let store: TestDocstore
let db: Connection
beforeAll(async () => {
  store = await startDocstore({ args: ['--test-commands'] })
  db = await createConnection(store.uri('mongoose')).asPromise()
})
afterAll(async () => {
  await db?.close()
  await store?.stop()
})

interface Person {
  name: string
  team?: string
}
const personSchema = new Schema<Person>({ name: { type: String, unique: true }, team: String })

describe('mongoose', () => {
  it('brings the indexes of a collection in line with its schema', async () => {
    const People = db.model('Synced', personSchema)
    await People.init()
    await People.collection.createIndex({ team: 1 })
    expect(await People.diffIndexes()).toEqual({ toDrop: ['team_1'], toCreate: [] })
    expect(await People.syncIndexes()).toEqual(['team_1'])
    const changed = new Schema<Person>({ name: { type: String, index: true }, team: String })
    const Again = createModel('SyncedAgain', changed, 'synceds')
    expect(await Again.syncIndexes()).toEqual(['name_1'])
    expect(await Again.listIndexes()).toMatchObject([{ name: '_id_' }, { name: 'name_1', key: { name: 1 } }])
  })

  it('saves many documents at once and tells which stood in the way', async () => {
    const People = db.model('Saved', personSchema)
    await People.init()
    const people = ['ana', 'bo'].map((name) => new People({ name }))
    await People.bulkSave(people)
    for (const person of people) person.team = 'north'
    expect(await People.bulkSave(people)).toMatchObject({ modifiedCount: 2 })
    await expect(People.bulkSave([new People({ name: 'ana' })])).rejects.toMatchObject({ code: 11000 })
    expect(await People.countDocuments({ team: 'north' })).toBe(2)
  })

  it('does all of a transaction or nothing, also the collections it makes', async () => {
    const People = createModel('Fresh', new Schema<Person>({ name: String }), 'fresh', {
      autoCreate: false,
      autoIndex: false,
    })
    const failing = db.transaction(async (session) => {
      await People.create([{ name: 'ana' }], { session })
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(await db.listCollections()).not.toContainEqual(expect.objectContaining({ name: 'fresh' }))
    await db.transaction(async (session) => {
      await People.create([{ name: 'ana' }], { session })
      expect(await People.countDocuments({})).toBe(0)
      expect(await People.countDocuments({}).session(session)).toBe(1)
    })
    expect(await People.countDocuments({})).toBe(1)
  })

  it('writes to several models in one command', async () => {
    const A = db.model('BulkA', new Schema({ n: Number }))
    const B = db.model('BulkB', new Schema({ n: Number }))
    const result = await db.bulkWrite([
      { model: 'BulkA', name: 'insertOne', document: { n: 1 } },
      { model: 'BulkB', name: 'insertOne', document: { n: 2 } },
      { model: 'BulkA', name: 'updateOne', filter: { n: 1 }, update: { $inc: { n: 4 } } },
    ])
    expect(result).toMatchObject({ insertedCount: 2, modifiedCount: 1 })
    expect([await A.findOne().lean(), await B.findOne().lean()]).toMatchObject([{ n: 5 }, { n: 2 }])
  })

  it('follows references and tells kinds of one collection apart', async () => {
    const Teams = db.model('Team', new Schema({ name: String }))
    const deals = new Schema({ team: { type: Schema.Types.ObjectId, ref: 'Team' } }, { discriminatorKey: 'kind' })
    const Deals = db.model('Deal', deals)
    const Calls = Deals.discriminator('Call', new Schema({ minutes: Number }))
    const team = await Teams.create({ name: 'north' })
    await Deals.create({ team: team._id })
    await Calls.create({ team: team._id, minutes: 3 })
    expect(await Deals.countDocuments()).toBe(2)
    expect(await Calls.find().populate('team').lean()).toMatchObject([
      { minutes: 3, kind: 'Call', team: { name: 'north' } },
    ])
  })

  it('tries a write once more after a broken connection, and it is done once', async () => {
    const People = db.model('Retried', new Schema<Person>({ name: String }))
    await People.init()
    const admin = db.getClient().db('admin')
    const fail = (data: object) => admin.command({ configureFailPoint: 'failCommand', mode: { times: 1 }, data })
    await fail({ failCommands: ['insert'], closeConnection: true })
    await People.create({ name: 'ana' })
    await fail({
      failCommands: ['insert'],
      writeConcernError: { code: 91, errmsg: 'going away' },
      errorLabels: ['RetryableWriteError'],
    })
    await People.create({ name: 'bo' })
    expect(await People.countDocuments()).toBe(2)
    await fail({ failCommands: ['find'], errorCode: 10107, closeConnection: false })
    expect(await People.findOne({ name: 'bo' })).not.toBeNull()
  })

  it('waits for what comes into a capped collection', async () => {
    const log = await db.createCollection<{ n: number }>('log', { capped: true, size: 10_000, max: 2 })
    await log.insertOne({ n: 1 })
    const cursor = log.find({}, { tailable: true, awaitData: true, maxAwaitTimeMS: 5000 })
    expect(await cursor.next()).toMatchObject({ n: 1 })
    const next = cursor.next()
    await log.insertOne({ n: 2 })
    expect(await next).toMatchObject({ n: 2 })
    await cursor.close()
  })

  it('reads one and the same past state in a snapshot session', async () => {
    const rows = db.collection<{ _id: number; n: number }>('snapped')
    await rows.insertOne({ _id: 1, n: 1 })
    const session = db.getClient().startSession({ snapshot: true })
    expect(await rows.findOne({ _id: 1 }, { session })).toMatchObject({ n: 1 })
    await rows.updateOne({ _id: 1 }, { $inc: { n: 1 } })
    await rows.insertOne({ _id: 2, n: 1 })
    expect(await rows.find({}, { session }).toArray()).toEqual([{ _id: 1, n: 1 }])
    expect(await rows.distinct('n', {}, { session })).toEqual([1])
    await session.endSession()
    expect(await rows.countDocuments()).toBe(2)
  })

  it('is told of a write concern that one node cannot meet, though the write is done', async () => {
    const rows = db.collection<{ _id: number }>('concerned')
    await expect(rows.insertOne({ _id: 1 }, { writeConcern: { w: 2 } })).rejects.toMatchObject({ code: 100 })
    expect(await rows.countDocuments()).toBe(1)
  })
})

const createModel = (name: string, schema: Schema<Person>, collection: string, options: object = {}) =>
  db.model<Person>(
    name,
    schema
      .clone()
      .set('collection', collection)
      .set('autoIndex', !('autoIndex' in options))
      .set('autoCreate', !('autoCreate' in options)),
  )
