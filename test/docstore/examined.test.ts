import type { Document } from 'bson'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Local, openLocal } from './local.ts'

let local: Local
const DOCS = 2000
const word = (i: number): string => `${'abcdefghij'[i % 10]}${'xyz'[i % 3]}${i}`

beforeAll(() => {
  local = openLocal()
  const index = (...names: string[]): Document => ({
    key: Object.fromEntries(names.map((name) => [name, 1])),
    name: names.join('_'),
  })
  local.run({
    createIndexes: 'a',
    indexes: [
      index('kind', 'range', 'sort'),
      index('kind', 'sort', 'range'),
      index('kind', 'range'),
      index('n'),
      index('word'),
      index('owner'),
      index('tags'),
    ],
  })
  local.run({
    insert: 'a',
    documents: Array.from({ length: DOCS }, (_, i) => ({
      _id: i,
      kind: `k${i % 4}`,
      sort: (i * 7) % DOCS,
      range: i % 100,
      n: i,
      word: word(i),
      owner: i % 50,
      tags: [i % 10, 100 + (i % 10)],
    })),
  })
})
afterAll(() => local.close())

interface Read {
  readonly keys: number
  readonly docs: number
  readonly found: number
  readonly stages: string
}

const read = (command: Document): Read => {
  const { executionStats, queryPlanner, errmsg } = local.run({ explain: command, verbosity: 'executionStats' })
  if (!executionStats) throw new Error(errmsg)
  const { totalKeysExamined: keys, totalDocsExamined: docs, nReturned: found } = executionStats
  return { keys, docs, found, stages: JSON.stringify(queryPlanner.winningPlan) }
}
const find = (filter: Document, more: Document = {}): Read => read({ find: 'a', filter, ...more })

describe('what is read to answer', () => {
  it('the first of a kind in an order, by the index of equality, sort and range', () => {
    const { stages, docs, found } = find({ kind: 'k1', range: { $gte: 20, $lt: 80 } }, { sort: { sort: 1 }, limit: 10 })
    expect(stages).toContain('"indexName":"kind_sort_range"')
    expect(stages).not.toContain('"SORT"')
    expect(found).toBe(10)
    expect(docs).toBeLessThanOrEqual(30)
  })

  it('a kind in a range, by the index that bounds both', () => {
    const { stages, keys, docs } = find({ kind: 'k1', range: { $gte: 20, $lt: 24 } })
    expect(stages).toContain('"indexName":"kind_range')
    expect({ keys, docs }).toEqual({ keys: 20, docs: 20 })
  })

  it('either of two, by an index for each', () => {
    const { stages, keys, docs, found } = find({ $or: [{ n: { $lt: 5 } }, { owner: 7 }] })
    expect(stages).toContain('"indexName":"n"')
    expect(stages).toContain('"indexName":"owner"')
    expect({ keys, docs, found }).toEqual({ keys: 45, docs: 45, found: 45 })
  })

  it('either of two that overlap, each document once', () => {
    const { keys, docs, found } = find({ $or: [{ n: { $lt: 10 } }, { n: { $gte: 5, $lt: 15 } }] })
    expect({ keys, docs, found }).toEqual({ keys: 20, docs: 15, found: 15 })
  })

  it('one of several values', () => {
    expect(find({ n: { $in: [1, 5, 9, -1] } })).toMatchObject({ keys: 3, docs: 3, found: 3 })
    expect(find({ owner: { $in: [1, 2] } })).toMatchObject({ keys: 80, docs: 80, found: 80 })
    expect(find({ owner: { $in: [1, 2] } }, { limit: 5 })).toMatchObject({ keys: 5, docs: 5, found: 5 })
  })

  it('an element of a list, each document once', () => {
    expect(find({ tags: { $in: [3, 103] } })).toMatchObject({ keys: 400, docs: 200, found: 200 })
  })

  it('a beginning of a text', () => {
    const { stages, keys, docs, found } = find({ word: { $regex: '^ax' } })
    expect(stages).toContain('"indexName":"word"')
    expect(found).toBe(Array.from({ length: DOCS }, (_, i) => word(i)).filter((w) => w.startsWith('ax')).length)
    expect({ keys, docs }).toEqual({ keys: found, docs: found })
  })

  it.each<[string, Document, Document]>([
    ['a range', { n: { $gte: 100 } }, {}],
    ['a range in its order', { n: { $gte: 100 } }, { sort: { n: 1 } }],
    ['a range from its end', { n: { $lt: 1900 } }, { sort: { n: -1 } }],
    ['everything in an order', {}, { sort: { n: 1 } }],
    ['everything from the end of an order', {}, { sort: { word: -1 } }],
    ['a kind in an order', { kind: 'k2' }, { sort: { sort: 1 } }],
    ['a kind in an order, backwards', { kind: 'k2' }, { sort: { sort: -1 } }],
    ['the documents by id', { _id: { $gt: 50 } }, { sort: { _id: 1 } }],
  ])('the first ten of %s: no more than ten', (_what, filter, more) => {
    const { stages, keys, docs, found } = find(filter, { ...more, limit: 10 })
    expect(stages).not.toContain('"SORT"')
    expect({ keys, docs, found }).toEqual({ keys: 10, docs: 10, found: 10 })
  })

  it('the second ten: those that are skipped and ten', () => {
    expect(find({ n: { $gte: 100 } }, { sort: { n: 1 }, skip: 10, limit: 10 })).toMatchObject({ keys: 20, docs: 20 })
  })

  it('the first ten in a pipeline: no more than ten', () => {
    const pipeline = [{ $match: { n: { $gte: 100 } } }, { $sort: { n: 1 } }, { $limit: 10 }]
    expect(read({ aggregate: 'a', pipeline, cursor: {} })).toMatchObject({ keys: 10, docs: 10 })
  })

  it.each<[string, Document, number, number]>([
    ['all', {}, DOCS, 0],
    ['a value', { owner: 3 }, 40, 40],
    ['several values', { owner: { $in: [3, 4] } }, 80, 80],
    ['a range', { n: { $gte: 10, $lt: 30 } }, 20, 20],
    ['a kind in a range', { kind: 'k1', range: { $lt: 10 } }, 60, 60],
  ])('how many %s: no document', (_what, query, n, keys) => {
    expect(local.run({ count: 'a', query }).n).toBe(n)
    expect(read({ count: 'a', query })).toMatchObject({ keys, docs: 0 })
  })

  it.each<[string, Document]>([
    ['an update', { update: 'a', updates: [{ q: { n: { $gt: 5 } }, u: { $set: { x: 1 } } }] }],
    ['a delete', { delete: 'a', deletes: [{ q: { n: { $gt: 5 } }, limit: 1 }] }],
    ['a find and modify', { findAndModify: 'a', query: { n: { $gt: 5 } }, sort: { n: -1 }, remove: true }],
  ])('%s of one document: that one, and it stays as it is', (_what, command) => {
    expect(read(command)).toMatchObject({ keys: 1, docs: 1 })
    expect(local.run({ count: 'a' }).n).toBe(DOCS)
  })
})

describe('the figures of a collection and of a database', () => {
  it('are divided by the scale that is asked for', () => {
    const [plain, scaled] = [1, 1024].map((scale) => local.run({ collStats: 'a', scale })) as [Document, Document]
    expect(scaled).toMatchObject({
      size: Math.floor(plain.size / 1024),
      avgObjSize: plain.avgObjSize,
      scaleFactor: 1024,
    })
    expect(local.run({ dbStats: 1, scale: 1024 }).dataSize).toBeCloseTo(local.run({ dbStats: 1 }).dataSize / 1024)
    expect(local.run({ dbStats: 1, scale: 0 }).code).toBe(51024)
    expect(local.run({ collStats: 'missing', scale: 0 }).code).toBe(51024)
  })
})
