import type { Document } from 'bson'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Local, openLocal, planOf } from './local.ts'

let local: Local

beforeAll(() => {
  local = openLocal()
  const index = (key: Document, name: string, options: Document = {}): Document => ({ key, name, ...options })
  local.run({
    createIndexes: 'a',
    indexes: [
      index({ org: 1, source: 1, ext: 1, rev: 1 }, 'identity', { unique: true }),
      index({ org: 1, metric: 1, person: 1, day: 1 }, 'tally'),
      index({ org: 1, pending: 1 }, 'pending', { partialFilterExpression: { pending: { $exists: true } } }),
      index({ org: 1, at: -1 }, 'recent'),
      index({ mail: 1 }, 'mail', { sparse: true, unique: true }),
      index({ tags: 1 }, 'tags'),
    ],
  })
  local.run({
    insert: 'a',
    documents: Array.from({ length: 2000 }, (_, i) => ({
      _id: i,
      org: 'o',
      source: 's',
      ext: `e${i}`,
      rev: 1,
      metric: `m${i % 5}`,
      person: `p${i % 50}`,
      day: i % 30,
      at: new Date(i),
      tags: ['t', `t${i}`],
      ...(i % 100 ? {} : { pending: i }),
    })),
  })
})
afterAll(() => local.close())

const plan = (filter: Document, more: Document = {}): string => planOf(local, { find: 'a', filter, ...more })

describe('the planner', () => {
  it.each<[string, Document, Document, string]>([
    ['one by its id', { _id: 5 }, {}, '_id_'],
    ['many by their ids', { _id: { $in: [1, 2, 3] } }, {}, '_id_'],
    ['one by its unique key', { org: 'o', source: 's', ext: 'e5', rev: 1 }, {}, 'identity'],
    ['a leading part of a key', { org: 'o', source: 's' }, {}, 'identity'],
    [
      'people and days of a metric',
      { org: 'o', metric: 'm1', person: { $in: ['p1', 'p2'] }, day: { $gte: 1, $lt: 5 } },
      {},
      'tally',
    ],
    [
      'what is pending, oldest first',
      { org: 'o', pending: { $lt: 900 } },
      { sort: { pending: 1 }, limit: 10 },
      'pending',
    ],
    ['the newest', { org: 'o' }, { sort: { at: -1 }, limit: 10 }, 'recent'],
    ['the oldest, by the same index backwards', { org: 'o' }, { sort: { at: 1 }, limit: 10 }, 'recent'],
    ['everything in order of id', {}, { sort: { _id: -1 } }, '_id_'],
    ['by an element of a list', { tags: 't7' }, {}, 'tags'],
    ['by a mail, which some have', { mail: 'x' }, {}, 'mail'],
    ['either of two', { $or: [{ _id: 1 }, { mail: 'x' }] }, {}, 'union'],
    ['the beginning of a text', { mail: { $regex: '^ana@' } }, {}, 'mail'],
    ['nothing indexed', { other: 1 }, {}, 'scan'],
    ['those without a mail, whom the sparse index does not hold', { mail: null }, {}, 'scan'],
    ['pending or not, which the partial index does not know', { org: 'o', pending: null }, {}, 'recent'],
    ['either of two, one not indexed', { $or: [{ _id: 1 }, { other: 1 }] }, {}, 'scan'],
    ['a sort that no index has', { tags: 't' }, { sort: { at: 1 } }, 'tags+sort'],
  ])('finds %s', (_what, filter, more, expected) => {
    const got = plan(filter, more)
    if (expected === 'recent' && !more.sort) expect(got).not.toBe('pending')
    else expect(got).toBe(expected)
  })

  it('obeys a hint and refuses one that names nothing', () => {
    expect(plan({ _id: 5 }, { hint: 'recent' })).toBe('recent')
    expect(plan({ _id: 5 }, { hint: { $natural: 1 } })).toBe('scan')
    expect(local.run({ find: 'a', hint: 'nothing' }).code).toBe(2)
  })

  it('gives up on a scan when its time is over', () => {
    local.run({
      insert: 'large',
      documents: Array.from({ length: 20_000 }, (_, i) => ({ _id: i, text: `some text ${i}` })),
    })
    expect(local.run({ find: 'large', filter: { text: { $regex: 'x$' } }, maxTimeMS: 1 }).code).toBe(50)
    expect(local.run({ find: 'large', filter: { text: { $regex: 'x$' } }, maxTimeMS: 60_000 }).ok).toBe(1)
  })

  it('reads no more of a sorted range than its limit', () => {
    const find = { find: 'a', filter: { org: 'o', pending: { $lt: 900 } }, sort: { pending: 1 }, limit: 3 }
    const { executionStats } = local.run({ explain: find, verbosity: 'executionStats' })
    expect(executionStats).toMatchObject({ nReturned: 3, totalDocsExamined: 3 })
  })

  it.each<[string, Document[], string, number]>([
    [
      'a condition behind a join',
      [{ $lookup: { from: 'b', as: 'x', pipeline: [] } }, { $match: { mail: 'x' } }],
      'mail',
      0,
    ],
    ['a condition behind computed fields', [{ $set: { y: 1 } }, { $match: { _id: { $lt: 5 } } }], '_id_', 5],
    ['an equality of an expression', [{ $match: { $expr: { $eq: ['$_id', 7] } } }], '_id_', 1],
    ['the first of a sort', [{ $match: { org: 'o' } }, { $sort: { at: -1 } }, { $limit: 4 }], 'recent', 4],
  ])('answers %s in a pipeline by an index', (_what, pipeline, index, docs) => {
    const { queryPlanner, executionStats } = local.run({
      explain: { aggregate: 'a', pipeline, cursor: {} },
      verbosity: 'executionStats',
    })
    expect(JSON.stringify(queryPlanner.winningPlan)).toContain(`"indexName":"${index}"`)
    expect(executionStats.totalDocsExamined).toBe(docs)
  })

  it('tells the plan of a pipeline that asks to be explained', () => {
    const reply = local.run({ aggregate: 'a', pipeline: [{ $match: { _id: 1 } }], explain: true })
    expect(JSON.stringify(reply.queryPlanner.winningPlan)).toContain('"indexName":"_id_"')
  })
})
