import mongoose, { type Connection, type Model } from 'mongoose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startDocstore, type TestDocstore } from '../support/docstore.ts'

interface Deal {
  org: string
  key: string
  cents: number
  tags: string[]
  at: Date
}

let docstore: TestDocstore
let connection: Connection
let deals: Model<Deal>

beforeAll(async () => {
  docstore = await startDocstore()
  connection = await mongoose.createConnection(docstore.uri('sales')).asPromise()
  const schema = new mongoose.Schema<Deal>({ org: String, key: String, cents: Number, tags: [String], at: Date })
  deals = connection.model<Deal>('Deal', schema.index({ org: 1, key: 1 }, { unique: true }))
  await deals.init()
})

afterAll(async () => {
  await connection?.close()
  await docstore?.stop()
})

const deal = (n: number): Deal => ({ org: 'o', key: `k${n}`, cents: n * 100, tags: ['won'], at: new Date(2017, 0, n) })

describe('mongoose on docstore', () => {
  it('stores a floor full of deals and finds them again by their keys', async () => {
    await deals.insertMany([1, 2, 3, 4, 5].map(deal))
    const found = await deals.find({ org: 'o', key: { $in: ['k2', 'k4', 'k9'] } }).lean()
    expect(found.map((d) => d.cents)).toEqual([200, 400])
  })

  it('answers a deal that came twice with a duplicate key error that names the index and the values', async () => {
    const answer = await connection.db?.command({ insert: 'deals', documents: [deal(1), deal(6)], ordered: false })
    expect(answer?.n).toBe(1)
    expect(answer?.writeErrors).toEqual([
      {
        index: 0,
        code: 11000,
        errmsg:
          'E11000 duplicate key error collection: sales.deals index: org_1_key_1 dup key: { org: "o", key: "k1" }',
        keyPattern: { org: 1, key: 1 },
        keyValue: { org: 'o', key: 'k1' },
      },
    ])
    expect(await deals.countDocuments({ key: 'k6' })).toBe(1)
  })

  it('changes deals in place and tells how many were changed', async () => {
    const outcome = await deals.updateMany({ cents: { $gte: 400 } }, { $inc: { cents: 1 }, $addToSet: { tags: 'big' } })
    expect(outcome).toMatchObject({ matchedCount: 3, modifiedCount: 3 })
    expect(await deals.distinct('tags')).toEqual(['big', 'won'])
  })

  it('adds up a floor with an aggregation', async () => {
    const [total] = await deals.aggregate([
      { $match: { org: 'o' } },
      { $group: { _id: '$org', cents: { $sum: '$cents' } } },
    ])
    expect(total).toEqual({ _id: 'o', cents: 2103 })
  })

  it('makes what is missing and hands it out', async () => {
    const made = await deals
      .findOneAndUpdate({ org: 'o', key: 'new' }, { $set: { cents: 7 } }, { upsert: true, returnDocument: 'after' })
      .lean()
    expect(made).toMatchObject({ org: 'o', key: 'new', cents: 7 })
    expect((await deals.deleteOne({ key: 'new' })).deletedCount).toBe(1)
  })
})
