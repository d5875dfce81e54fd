import { type Document, Long, UUID } from 'bson'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Local, openLocal } from './local.ts'

let local: Local
beforeEach(() => {
  local = openLocal()
})
afterEach(() => local.close())

const begin = () => ({ lsid: { id: new UUID() }, txnNumber: Long.fromNumber(1), autocommit: false })
const commit = (txn: object) => local.run({ commitTransaction: 1, ...txn, $db: 'admin' })
const first = { startTransaction: true }

describe('a transaction', () => {
  it('is told to start again when the collection it wrote to is dropped', () => {
    const txn = begin()
    local.run({ insert: 'x', documents: [{ _id: 1 }] })
    local.run({ insert: 'x', documents: [{ _id: 2 }], ...txn, ...first })
    expect(local.run({ drop: 'x' })).toMatchObject({ ok: 1 })
    expect(commit(txn)).toMatchObject({ code: 251, errorLabels: ['TransientTransactionError'] })
  })

  it('keeps the collections it makes to itself, and of two that make the same one the later starts again', () => {
    const [one, two] = [begin(), begin()]
    for (const txn of [one, two]) local.run({ insert: 'n', documents: [{ _id: 1 }], ...txn, ...first })
    expect(local.run({ listCollections: 1 }).cursor.firstBatch).toEqual([])
    expect(local.run({ find: 'n', ...one }).cursor.firstBatch).toEqual([{ _id: 1 }])
    expect(commit(one)).toMatchObject({ ok: 1 })
    expect(commit(two)).toMatchObject({ code: 112, errorLabels: ['TransientTransactionError'] })
    expect(local.run({ find: 'n' }).cursor.firstBatch).toEqual([{ _id: 1 }])
  })

  it('reads what it began with, though others build unique indexes meanwhile', () => {
    const txn = begin()
    local.run({ insert: 'y', documents: [{ _id: 1 }, { _id: 2, k: 1 }] })
    local.run({ find: 'y', ...txn, ...first })
    local.run({ update: 'y', updates: [{ q: { _id: 1 }, u: { $set: { k: 1 } } }] })
    local.run({ delete: 'y', deletes: [{ q: { _id: 2 }, limit: 1 }] })
    local.run({ createIndexes: 'y', indexes: [{ key: { k: 1 }, name: 'k', unique: true, sparse: true }] })
    expect(local.run({ find: 'y', ...txn }).cursor.firstBatch).toEqual([{ _id: 1 }, { _id: 2, k: 1 }])
  })

  it('is told at once when another open one holds the key it wants to give', () => {
    local.run({ createIndexes: 'u', indexes: [{ key: { k: 1 }, name: 'k', unique: true }] })
    const conflict = { code: 112, errorLabels: ['TransientTransactionError'] }
    for (const [mine, other] of [
      [{ _id: 1 }, { _id: 1, k: 5 }],
      [{ k: 2 }, { k: 2 }],
    ]) {
      const [one, two] = [begin(), begin()]
      expect(local.run({ insert: 'u', documents: [mine], ...one, ...first })).toMatchObject({ n: 1 })
      expect(local.run({ insert: 'u', documents: [other], ...two, ...first })).toMatchObject(conflict)
      expect(commit(two)).toMatchObject({ code: 251 })
      expect(commit(one)).toMatchObject({ ok: 1 })
    }
  })

  it('is told at once when the key it wants to give was given to another since it began', () => {
    const txn = begin()
    local.run({ insert: 'v', documents: [{ _id: 1 }] })
    local.run({ find: 'v', ...txn, ...first })
    local.run({ insert: 'v', documents: [{ _id: 2 }] })
    expect(local.run({ insert: 'v', documents: [{ _id: 2 }], ...txn })).toMatchObject({ code: 112 })
  })

  it('gives keys again that it took away itself, and keys that another gave up', () => {
    const [one, two] = [begin(), begin()]
    local.run({ insert: 'w', documents: [{ _id: 1 }, { _id: 2 }] })
    local.run({ delete: 'w', deletes: [{ q: { _id: 1 }, limit: 1 }], ...one, ...first })
    expect(local.run({ insert: 'w', documents: [{ _id: 1 }, { _id: 3 }], ...one })).toMatchObject({ n: 2 })
    local.run({ abortTransaction: 1, ...one, $db: 'admin' })
    expect(local.run({ insert: 'w', documents: [{ _id: 3 }], ...two, ...first })).toMatchObject({ n: 1 })
    expect(commit(two)).toMatchObject({ ok: 1 })
    expect(local.run({ find: 'w' }).cursor.firstBatch).toEqual([{ _id: 1 }, { _id: 2 }, { _id: 3 }])
  })
})

describe('a write that is sent again', () => {
  const again = (command: Document) => {
    const retryable = { ...command, lsid: { id: new UUID() }, txnNumber: Long.fromNumber(1) }
    const first = local.run(retryable)
    expect(first.retriedStmtIds ?? first.retriedStmtId).toBe(undefined)
    return { first, second: local.run(retryable) }
  }

  it('is told which of its statements were done before', () => {
    const inserted = again({ insert: 'r', documents: [{ _id: 1 }, { _id: 1 }, { _id: 2 }], ordered: false })
    expect(inserted.second).toEqual({ ...inserted.first, retriedStmtIds: [0, 2] })
    const updates = [
      { q: { _id: 9 }, u: { $set: { a: 1 } } },
      { q: { _id: 1 }, u: { $set: { a: 1 } } },
    ]
    expect(again({ update: 'r', updates }).second.retriedStmtIds).toEqual([1])
    const named = again({ delete: 'r', deletes: [{ q: { _id: 2 }, limit: 1 }], stmtIds: [7] })
    expect(named.second.retriedStmtIds).toEqual([7])
    const bulk = { bulkWrite: 1, ops: [{ insert: 0, document: { _id: 5 } }], nsInfo: [{ ns: 'test.r' }], $db: 'admin' }
    expect(again(bulk).second.retriedStmtIds).toEqual([0])
  })

  it('is told one of findAndModify, and none where nothing was written', () => {
    local.run({ insert: 'r', documents: [{ _id: 1 }] })
    const change = { findAndModify: 'r', query: { _id: 1 }, update: { $set: { a: 1 } } }
    expect(again(change).second.retriedStmtId).toBe(0)
    expect(again(change).second.retriedStmtId).toBe(undefined)
    expect(again({ insert: 'r', documents: [{ _id: 1 }] }).second.retriedStmtIds).toBe(undefined)
  })
})
