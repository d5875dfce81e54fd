import { Decimal128, type Document, Double, deserialize, Int32, Long } from 'bson'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Local, openLocal } from './local.ts'

let local: Local
beforeAll(() => {
  local = openLocal()
})
afterAll(() => local.close())

let next = 0
/** The document after an update, or the code of the error. */
const outcomeOf = (doc: Document, u: unknown, more: Document = {}): unknown => {
  const _id = ++next
  local.run({ insert: 'u', documents: [{ _id, ...doc }] })
  const { q, ...rest } = more
  const reply = local.run({ update: 'u', updates: [{ q: { _id, ...q }, u, ...rest }] })
  if (reply.code) return reply.code
  if (reply.writeErrors) return reply.writeErrors[0].code
  const { _id: _gone, ...left } = local.run({ find: 'u', filter: { _id } }).cursor.firstBatch[0]
  return left
}

describe('updates', () => {
  it.each<[string, Document, unknown, unknown, Document?]>([
    ['set a field', { a: 1 }, { $set: { a: 2, 'b.c': 3 } }, { a: 2, b: { c: 3 } }],
    ['make new fields in the order of their names', {}, { $set: { z: 1, a: 2 } }, { a: 2, z: 1 }],
    ['take a field out', { a: 1, b: 2 }, { $unset: { a: 1 } }, { b: 2 }],
    ['leave null in a list', { a: [1, 2] }, { $unset: { 'a.0': 1 } }, { a: [null, 2] }],
    ['count', { n: 1 }, { $inc: { n: 2, m: 5 } }, { n: 3, m: 5 }],
    ['keep the larger', { n: 3 }, { $max: { n: 5, m: 1 } }, { n: 5, m: 1 }],
    ['keep the smaller', { n: 3 }, { $min: { n: 5 } }, { n: 3 }],
    ['multiply', { n: 3 }, { $mul: { n: 2, m: 2 } }, { n: 6, m: 0 }],
    ['rename', { a: 1, b: 2 }, { $rename: { a: 'c.d' } }, { b: 2, c: { d: 1 } }],
    ['push sorted and cut', { a: [3] }, { $push: { a: { $each: [1, 2], $sort: 1, $slice: 2 } } }, { a: [1, 2] }],
    ['add to a set once', { a: [1] }, { $addToSet: { a: { $each: [1, 2, 2] } } }, { a: [1, 2] }],
    ['pull by condition', { a: [1, 5, 9] }, { $pull: { a: { $gte: 5 } } }, { a: [1] }],
    ['pull documents', { a: [{ x: 1 }, { x: 2 }] }, { $pull: { a: { x: 2 } } }, { a: [{ x: 1 }] }],
    ['pull all', { a: [1, 2, 1] }, { $pullAll: { a: [1] } }, { a: [2] }],
    ['pop', { a: [1, 2] }, { $pop: { a: -1 } }, { a: [2] }],
    ['set bits', { n: 5 }, { $bit: { n: { or: 2 } } }, { n: 7 }],
    ['the matched element', { a: [1, 2, 3] }, { $set: { 'a.$': 9 } }, { a: [1, 9, 3] }, { q: { a: 2 } }],
    ['every element', { a: [{ n: 1 }, { n: 2 }] }, { $inc: { 'a.$[].n': 1 } }, { a: [{ n: 2 }, { n: 3 }] }],
    [
      'filtered elements',
      { a: [1, 5] },
      { $set: { 'a.$[big]': 0 } },
      { a: [1, 0] },
      { arrayFilters: [{ big: { $gt: 3 } }] },
    ],
    ['by a pipeline', { a: 2 }, [{ $set: { b: { $multiply: ['$a', 3] } } }], { a: 2, b: 6 }],
    ['a whole document', { a: 1 }, { b: 2 }, { b: 2 }],
  ])('%s', (_what, doc, u, expected, more) => {
    expect(outcomeOf(doc, u, more)).toEqual(expected)
  })

  it.each<[string, Document, unknown, number, Document?]>([
    ['counting on text', { a: 'x' }, { $inc: { a: 1 } }, 14],
    ['counting with text', { a: 1 }, { $inc: { a: 'x' } }, 14],
    ['two changes of one field', {}, { $set: { a: 1 }, $inc: { a: 1 } }, 40],
    ['a field and its part', {}, { $set: { a: 1, 'a.b': 1 } }, 40],
    ['a field inside a number', { a: 1 }, { $set: { 'a.b': 1 } }, 28],
    ['another _id', {}, { $set: { _id: 'other' } }, 66],
    ['another _id by replacement', {}, { _id: 'other' }, 66],
    ['an unknown modifier', {}, { $foo: { a: 1 } }, 9],
    ['an empty name', {}, { $set: { 'a..b': 1 } }, 56],
    ['pushing on a number', { a: 1 }, { $push: { a: 1 } }, 2],
    ['an unused array filter', { a: [1] }, { $set: { b: 1 } }, 9, { arrayFilters: [{ x: 1 }] }],
    ['an array filter that is missing', { a: [1] }, { $set: { 'a.$[x]': 1 } }, 2],
    ['an unknown option', {}, { $set: { a: 1 } }, 40415, { foo: 1 }],
    ['replacing many', {}, { a: 1 }, 9, { multi: true }],
    ['a stage that may not stand in an update', {}, [{ $match: {} }], 72],
  ])('refuse %s', (_what, doc, u, code, more) => {
    expect(outcomeOf(doc, u, more)).toBe(code)
  })

  it('leave every untouched type as it was and widen numbers as MongoDB does', () => {
    local.run({
      insert: 'types',
      documents: [
        {
          _id: 1,
          d: new Double(1),
          l: Long.fromNumber(5),
          z: new Double(-0),
          i: new Int32(2147483647),
          m: Decimal128.fromString('1.10'),
        },
      ],
    })
    local.run({
      update: 'types',
      updates: [{ q: { _id: 1 }, u: { $inc: { i: 1, m: new Double(0.1) }, $set: { 'x.y': new Double(2) } } }],
    })
    const { engine } = local
    const [row] = engine.sqlite.prepare(`SELECT doc FROM ${engine.catalog.find('test', 'types')?.table}`).all()
    const doc = deserialize(row?.doc as Uint8Array, { promoteValues: false })
    expect(doc.d).toBeInstanceOf(Double)
    expect(doc.l).toBeInstanceOf(Long)
    expect(Object.is(doc.z.value, -0)).toBe(true)
    expect(doc.i).toBeInstanceOf(Long)
    expect(doc.i.toString()).toBe('2147483648')
    expect(doc.m.toString()).toBe('1.200000000000000')
    expect(doc.x.y).toBeInstanceOf(Double)
  })

  it('keep names that look like numbers, and __proto__, in their places', () => {
    const doc = JSON.parse('{"b": 1, "__proto__": {"x": 1}}')
    const result = outcomeOf(doc, { $set: { '5': 1, b: 2 } }) as Document
    expect(Object.keys(result).sort()).toEqual(['5', '__proto__', 'b'])
    expect(({} as { x?: number }).x).toBeUndefined()
  })

  it('make a document from the filter and the update when there is none', () => {
    const reply = local.run({
      update: 'up',
      updates: [
        {
          q: { org: 'o', 'k.n': 5, age: { $gt: 3 } },
          u: { $set: { v: 1 }, $setOnInsert: { first: true } },
          upsert: true,
        },
      ],
    })
    expect(reply).toMatchObject({ n: 1, nModified: 0, upserted: [{ index: 0 }] })
    expect(local.run({ find: 'up', projection: { _id: 0 } }).cursor.firstBatch).toEqual([
      { org: 'o', k: { n: 5 }, v: 1, first: true },
    ])
  })
})
