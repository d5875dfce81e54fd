import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sweep } from '../../docstore/store/sweeper.ts'
import { found, type Local, openLocal } from './local.ts'

let now = Date.UTC(2026, 0, 1)
let local: Local
beforeEach(() => {
  now = Date.UTC(2026, 0, 1)
  local = openLocal(() => now)
})
afterEach(() => local.close())

const run = (command: Parameters<Local['run']>[0]) => local.run(command)
const ids = (name: string): unknown[] => found(local, { find: name }).map(({ _id }) => _id)

describe('capped collections', () => {
  it('keep the newest documents, in the order they came', () => {
    run({ create: 'log', capped: true, size: 100_000, max: 3 })
    for (const _id of [5, 1, 4, 2]) run({ insert: 'log', documents: [{ _id }] })
    expect(ids('log')).toEqual([1, 4, 2])
    expect(found(local, { find: 'log', sort: { $natural: -1 } }).map(({ _id }) => _id)).toEqual([2, 4, 1])
    expect(run({ validate: 'log' })).toMatchObject({ valid: true })
  })

  it('hold no more bytes than they may', () => {
    run({ create: 'log', capped: true, size: 4096 })
    for (let _id = 0; _id < 20; _id++) run({ insert: 'log', documents: [{ _id, text: 'x'.repeat(1000) }] })
    expect(ids('log')).toEqual([17, 18, 19])
  })

  it('need a size, and take none without being capped', () => {
    expect(run({ create: 'a', capped: true })).toMatchObject({ code: 72 })
    expect(run({ create: 'a', size: 100 })).toMatchObject({ code: 72 })
    expect(run({ create: 'a', capped: true, size: 0 })).toMatchObject({ code: 2 })
  })

  it('can be followed: a tailing cursor stays open and gives what comes later', () => {
    run({ create: 'log', capped: true, size: 4096 })
    run({ insert: 'log', documents: [{ _id: 1 }] })
    const { cursor } = run({ find: 'log', tailable: true })
    expect(cursor.firstBatch).toEqual([{ _id: 1 }])
    expect(run({ getMore: cursor.id, collection: 'log' }).cursor.nextBatch).toEqual([])
    run({ insert: 'log', documents: [{ _id: 2 }] })
    expect(run({ getMore: cursor.id, collection: 'log' }).cursor.nextBatch).toEqual([{ _id: 2 }])
    run({ insert: 'plain', documents: [{ _id: 1 }] })
    expect(run({ find: 'plain', tailable: true })).toMatchObject({ code: 2 })
  })
})

describe('clustered collections', () => {
  it('lie in the order of their ids and forget what is past', () => {
    run({ create: 'days', clusteredIndex: { key: { _id: 1 }, unique: true, name: 'day' }, expireAfterSeconds: 60 })
    const at = (s: number): Date => new Date(now + s * 1000)
    run({ insert: 'days', documents: [{ _id: at(30) }, { _id: at(-90) }, { _id: at(0) }] })
    expect(ids('days')).toEqual([at(-90), at(0), at(30)])
    expect(run({ listIndexes: 'days' }).cursor.firstBatch).toMatchObject([{ name: 'day', clustered: true }])
    sweep(local.engine)
    local.engine.commit.flush()
    expect(ids('days')).toEqual([at(0), at(30)])
  })

  it('cluster by _id alone', () => {
    expect(run({ create: 'a', clusteredIndex: { key: { x: 1 }, unique: true } })).toMatchObject({ code: 197 })
    expect(run({ create: 'a', clusteredIndex: { key: { _id: 1 } } })).toMatchObject({ code: 2 })
  })
})

describe('time series', () => {
  beforeEach(() => run({ create: 'heat', timeseries: { timeField: 'at', metaField: 'room' } }))

  it('take only what says when, ids more than once', () => {
    const at = new Date(now)
    expect(
      run({
        insert: 'heat',
        documents: [
          { _id: 1, at },
          { _id: 1, at },
        ],
      }),
    ).toMatchObject({ n: 2 })
    expect(run({ insert: 'heat', documents: [{ _id: 2 }] }).writeErrors).toMatchObject([{ code: 2 }])
  })

  it('let only their labels be changed', () => {
    run({ insert: 'heat', documents: [{ at: new Date(now), room: 'a', c: 20 }] })
    const update = (q: object, u: object, multi: boolean) => run({ update: 'heat', updates: [{ q, u, multi }] })
    expect(update({ room: 'a' }, { $set: { room: 'b' } }, true)).toMatchObject({ nModified: 1 })
    expect(update({ room: 'b' }, { $set: { c: 21 } }, true).writeErrors).toMatchObject([{ code: 72 }])
    expect(update({ c: 20 }, { $set: { room: 'c' } }, true).writeErrors).toMatchObject([{ code: 72 }])
    expect(update({ room: 'b' }, { $set: { room: 'c' } }, false).writeErrors).toMatchObject([{ code: 72 }])
  })
})

describe('collMod', () => {
  it('hides an index from the planner and shows it again', () => {
    run({ createIndexes: 'a', indexes: [{ key: { x: 1 }, name: 'x_1' }] })
    const index = (hidden: boolean) => run({ collMod: 'a', index: { name: 'x_1', hidden } })
    const stage = () => run({ explain: { find: 'a', filter: { x: 1 } } }).queryPlanner.winningPlan.stage
    expect(stage()).toBe('FETCH')
    expect(index(true)).toMatchObject({ hidden_old: false, hidden_new: true })
    expect(stage()).toBe('COLLSCAN')
    expect(run({ find: 'a', hint: 'x_1' })).toMatchObject({ code: 2 })
    index(false)
    expect(stage()).toBe('FETCH')
  })

  it('makes an index unique in two steps, and names the documents that stand in the way', () => {
    run({ createIndexes: 'a', indexes: [{ key: { x: 1 }, name: 'x_1' }] })
    run({
      insert: 'a',
      documents: [
        { _id: 1, x: 1 },
        { _id: 2, x: 1 },
      ],
    })
    expect(run({ collMod: 'a', index: { name: 'x_1', unique: true } })).toMatchObject({ code: 72 })
    run({ collMod: 'a', index: { name: 'x_1', prepareUnique: true } })
    expect(run({ insert: 'a', documents: [{ _id: 3, x: 1 }] }).writeErrors).toMatchObject([{ code: 11000 }])
    expect(run({ collMod: 'a', index: { name: 'x_1', unique: true } })).toMatchObject({
      code: 359,
      violations: [{ ids: [1, 2] }],
    })
    run({ delete: 'a', deletes: [{ q: { _id: 2 }, limit: 1 }] })
    expect(run({ collMod: 'a', index: { name: 'x_1', unique: true } })).toMatchObject({ ok: 1, unique_new: true })
    expect(run({ insert: 'a', documents: [{ _id: 4, x: 1 }] }).writeErrors).toMatchObject([{ code: 11000 }])
  })
})

describe('find', () => {
  it('walks an index between two keys, and can give the keys alone', () => {
    run({ createIndexes: 'a', indexes: [{ key: { x: 1, y: -1 }, name: 'xy' }] })
    run({ insert: 'a', documents: [1, 2, 3, 4].map((x) => ({ _id: x, x, y: -x })) })
    const between = { find: 'a', hint: 'xy', min: { x: 2, y: 9 }, max: { x: 4, y: 9 } }
    expect(found(local, between).map(({ _id }) => _id)).toEqual([2, 3])
    expect(found(local, { ...between, returnKey: true })).toEqual([
      { x: 2, y: -2 },
      { x: 3, y: -3 },
    ])
    expect(run({ find: 'a', min: { x: 1, y: 1 } })).toMatchObject({ code: 51173 })
    expect(run({ find: 'a', hint: 'xy', min: { x: 1 } })).toMatchObject({ code: 51174 })
    expect(found(local, { find: 'a', filter: { _id: 1 }, showRecordId: true })).toMatchObject([{ $recordId: 1 }])
  })
})

describe('bulkWrite', () => {
  const bulk = (more: object) => local.run({ bulkWrite: 1, ...more, $db: 'admin' })
  const nsInfo = [{ ns: 'test.a' }, { ns: 'test.b' }]

  it('writes to several collections and tells each outcome', () => {
    const reply = bulk({
      ops: [
        { insert: 0, document: { _id: 1 } },
        { update: 1, filter: { _id: 9 }, updateMods: { $set: { x: 1 } }, upsert: true },
        { insert: 0, document: { _id: 1 } },
        { delete: 0, filter: { _id: 1 } },
      ],
      nsInfo,
      ordered: false,
    })
    expect(reply).toMatchObject({ nErrors: 1, nInserted: 1, nUpserted: 1, nMatched: 0, nDeleted: 1 })
    expect(reply.cursor.firstBatch).toMatchObject([
      { ok: 1, idx: 0, n: 1 },
      { ok: 1, idx: 1, n: 1, nModified: 0, upserted: { _id: 9 } },
      { ok: 0, idx: 2, code: 11000 },
      { ok: 1, idx: 3, n: 1 },
    ])
  })

  it('stops at the first error when it is ordered, and refuses what makes no sense', () => {
    const same = [1, 1, 2].map((_id) => ({ insert: 0, document: { _id } }))
    expect(bulk({ ops: same, nsInfo, errorsOnly: true })).toMatchObject({ nInserted: 1, nErrors: 1 })
    expect(ids('a')).toEqual([1])
    expect(bulk({ ops: [{ insert: 7, document: {} }], nsInfo })).toMatchObject({ code: 2 })
    expect(bulk({ ops: [{ insert: 0, document: {}, upsert: true }], nsInfo })).toMatchObject({ code: 40415 })
    expect(run({ bulkWrite: 1, ops: same, nsInfo })).toMatchObject({ code: 13 })
  })
})

describe('views', () => {
  it('stand on at most 20 others', () => {
    for (let i = 1; i <= 20; i++) expect(run({ create: `v${i}`, viewOn: `v${i - 1}`, pipeline: [] }).ok).toBe(1)
    expect(run({ create: 'v21', viewOn: 'v20', pipeline: [] }).code).toBe(165)
  })

  it('are listed with their stages, also where there are none', () => {
    run({ create: 'v', viewOn: 'c' })
    const [listed] = run({ listCollections: 1, filter: { name: 'v' } }).cursor.firstBatch
    expect(listed.options).toEqual({ viewOn: 'c', pipeline: [] })
  })
})

describe('a time series', () => {
  it('takes no validator later', () => {
    run({ create: 'series', timeseries: { timeField: 't' } })
    expect(run({ collMod: 'series', validator: { a: 1 } }).code).toBe(72)
  })
})

describe('indexes', () => {
  it('are not made again, which the reply says', () => {
    const note = 'all indexes already exist'
    const indexes = [{ key: { _id: 1 }, name: '_id_' }]
    expect(run({ createIndexes: 'fresh', indexes })).toMatchObject({ numIndexesBefore: 1, numIndexesAfter: 1, note })
    expect(run({ createIndexes: 'fresh', indexes })).toMatchObject({ numIndexesBefore: 1, numIndexesAfter: 1, note })
  })

  it('are dropped once, by names and not by null', () => {
    run({ createIndexes: 'c', indexes: [{ key: { a: 1 }, name: 'a' }] })
    expect(run({ dropIndexes: 'c', index: ['a', 'a'] }).code).toBe(27)
    expect(run({ dropIndexes: 'c', index: null }).code).toBe(14)
    expect(run({ dropIndexes: 'c' }).code).toBe(40414)
  })
})
