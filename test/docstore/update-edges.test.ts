import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { found, type Local, openLocal } from './local.ts'

let local: Local
beforeAll(() => {
  local = openLocal()
})
afterAll(() => local.close())
let made = 0

describe('names that begin with a dollar', () => {
  it('may stand at the top of what an upsert inserts, and deeper in what an update sets', () => {
    const upsert = { q: { _id: 1 }, u: { $set: { $price: 5 } }, upsert: true }
    expect(local.run({ update: 'shop', updates: [upsert] }).upserted).toHaveLength(1)
    local.run({ update: 'shop', updates: [{ q: { _id: 1 }, u: { $set: { 'inner.$each': 2 } } }] })
    expect(found(local, { find: 'shop' })).toEqual([{ _id: 1, $price: 5, inner: { $each: 2 } }])
  })

  it('are not brought to the top by an update', () => {
    local.run({ insert: 'top', documents: [{ _id: 1 }] })
    const reply = local.run({ update: 'top', updates: [{ q: {}, u: { $set: { $a: 1 } } }] })
    expect(reply.writeErrors[0].code).toBe(52)
  })

  it('of a reference to another collection are data in $elemMatch', () => {
    local.run({ insert: 'chat', documents: [{ _id: 1, members: [{ $ref: 'people', $id: 7 }] }] })
    expect(found(local, { find: 'chat', filter: { members: { $elemMatch: { $id: 7 } } } })).toHaveLength(1)
    expect(found(local, { find: 'chat', filter: { members: { $elemMatch: { $id: 8 } } } })).toHaveLength(0)
  })
})

describe('$pull', () => {
  it('takes out what any of several conditions says', () => {
    local.run({ insert: 'pull', documents: [{ _id: 1, list: [{ a: 1 }, { b: 2 }, { c: 3 }] }] })
    local.run({ update: 'pull', updates: [{ q: {}, u: { $pull: { list: { $or: [{ a: 1 }, { b: 2 }] } } } }] })
    expect(found(local, { find: 'pull' })).toEqual([{ _id: 1, list: [{ c: 3 }] }])
  })
})

describe('a mistake in a constant of an update', () => {
  it('shows with the first document, and not without one', () => {
    const wrong = { q: { _id: 1 }, u: [{ $set: { a: { $add: ['x', 1] } } }] }
    expect(local.run({ update: 'constants', updates: [wrong] }).n).toBe(0)
    local.run({ insert: 'constants', documents: [{ _id: 1 }] })
    expect(local.run({ update: 'constants', updates: [wrong] }).writeErrors[0].code).toBe(14)
  })
})

describe('$push with $sort', () => {
  const pushed = (list: unknown[], $sort: object): unknown => {
    const name = `push${++made}`
    local.run({ insert: name, documents: [{ _id: 1, list }] })
    const reply = local.run({ update: name, updates: [{ q: {}, u: { $push: { list: { $each: [], $sort } } } }] })
    return reply.writeErrors?.[0].code ?? found(local, { find: name })[0]?.list
  }
  it('compares lists as a whole, not by their least', () => {
    expect(pushed([{ a: [2, 0] }, { a: [1, 9] }], { a: 1 })).toEqual([{ a: [1, 9] }, { a: [2, 0] }])
    expect(pushed([{ a: [1] }, { a: 5 }], { a: 1 })).toEqual([{ a: 5 }, { a: [1] }])
  })
  it('takes two fields that are lists', () => {
    const [x, y] = [
      { a: [1], b: [2, 0] },
      { a: [1], b: [1, 9] },
    ]
    expect(pushed([x, y], { a: 1, b: 1 })).toEqual([y, x])
    expect(pushed([y, x], { a: 1, b: -1 })).toEqual([x, y])
  })
  it('goes into a list by position only', () => {
    const [x, y] = [{ a: [{ b: 2 }] }, { a: [{ b: 1 }] }]
    expect(pushed([x, y], { 'a.b': 1 })).toEqual([x, y])
    expect(pushed([x, y], { 'a.0.b': 1 })).toEqual([y, x])
  })
  it('has what is no document at the place of one without fields', () => {
    expect(pushed([{ a: 1 }, 7, { a: null }, [{ a: 0 }]], { a: 1 })).toEqual([7, { a: null }, [{ a: 0 }], { a: 1 }])
  })
})
