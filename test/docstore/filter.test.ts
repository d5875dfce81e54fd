import { type Document, serialize } from 'bson'
import fc from 'fast-check'
import { Query } from 'mingo'
import { describe, expect, it } from 'vitest'
import { docValue } from '../../docstore/bson/value.ts'
import { matches } from '../../docstore/filter/match.ts'
import { parseFilter } from '../../docstore/filter/parse.ts'

const value = (doc: Document) => docValue(Buffer.from(serialize(doc)))
const hit = (filter: Document, doc: Document): boolean => matches(parseFilter(value(filter)), value(doc))

const leaf = fc.oneof(
  fc.integer({ min: -2, max: 2 }),
  fc.constantFrom('', 'a', 'ab'),
  fc.constantFrom(null, true, new Date(5)),
)
const any = fc.oneof(
  { weight: 4, arbitrary: leaf },
  fc.array(leaf, { maxLength: 3 }),
  fc.record({ x: leaf }),
  fc.array(fc.record({ x: leaf }), { minLength: 1, maxLength: 2 }),
)
const doc = fc.record({ a: any, b: leaf }, { requiredKeys: [] })
const scalar = leaf.filter((v) => v !== null)
const test = fc.oneof(
  scalar,
  fc.record({ $in: fc.array(scalar, { maxLength: 3 }) }),
  fc.record({ $nin: fc.array(scalar, { maxLength: 3 }) }),
  fc.record({ $gt: scalar }),
  fc.record({ $gte: scalar, $lte: scalar }),
  fc.record({ $ne: scalar }),
  fc.record({ $exists: fc.boolean() }),
  fc.record({ $not: fc.record({ $gt: scalar }) }),
  fc.constantFrom({ $size: 1 }, { $regex: '^a' }, { $all: ['a', 1] }, { $elemMatch: { $gt: 0 } }),
)
const filter = fc.dictionary(fc.constantFrom('a', 'b', 'a.x'), test, { maxKeys: 2, noNullPrototype: true })

describe('filters', () => {
  it('match the same documents as mingo on the shapes both get right', () => {
    fc.assert(
      fc.property(filter, doc, (f, d) => {
        expect(hit(f, d), `${JSON.stringify(f)} on ${JSON.stringify(d)}`).toBe(new Query(f).test(structuredClone(d)))
      }),
      { numRuns: 4000, seed: 7 },
    )
  })

  it.each([
    [{ a: { $foo: 1 } }, 'unknown operator: $foo'],
    [{ $foo: 1 }, 'unknown top level operator: $foo'],
    [{ $or: [] }, 'must be a nonempty array'],
    [{ a: { $in: 1 } }, '$in needs an array'],
    [{ a: { $gt: 1, b: 2 } }, 'unknown operator: b'],
    [{ a: { $mod: [0, 1] } }, 'divisor cannot be 0'],
    [{ a: { $regex: '(' } }, 'Regular expression is invalid'],
    [{ $where: '1' }, '$where is not supported'],
    [{ a: { $not: {} } }, '$not cannot be empty'],
  ])('refuse %o in one sentence', (f, message) => {
    expect(() => hit(f, {})).toThrow(message)
  })

  it('tell documents by the order of their fields, and null from a value', () => {
    expect(hit({ a: { x: 1, y: 2 } }, { a: { x: 1, y: 2 } })).toBe(true)
    expect(hit({ a: { x: 1, y: 2 } }, { a: { y: 2, x: 1 } })).toBe(false)
    expect(hit({ 'a.b': null }, { a: 5 })).toBe(true)
    expect(hit({ 'a.b': null }, { a: [1, 2] })).toBe(false)
    expect(hit({ 'a.1.b': 3 }, { a: [{ b: 1 }, { b: 3 }] })).toBe(true)
  })

  it('do not see what is not there through a name such as __proto__', () => {
    expect(hit({ '__proto__.polluted': true }, {})).toBe(false)
    expect(hit(JSON.parse('{"__proto__": 1}'), JSON.parse('{"__proto__": 1}'))).toBe(true)
  })
})
