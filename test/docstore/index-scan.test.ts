import { type Document, EJSON } from 'bson'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { found, type Local, openLocal } from './local.ts'

const leaf = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom('', 'a', 'ab', 'b', 'a\0b'),
  fc.constantFrom(null, true, false, 1.5, -0.5, Number.NaN, Number.POSITIVE_INFINITY),
  fc.constantFrom(new Date(0), new Date(255), new Date(-1)),
)
const value = fc.oneof(
  { weight: 6, arbitrary: leaf },
  { weight: 1, arbitrary: fc.array(leaf, { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.record({ x: leaf }, { requiredKeys: [] }) },
  { weight: 1, arbitrary: fc.array(fc.record({ x: leaf }, { requiredKeys: [] }), { maxLength: 2 }) },
)
const doc = fc.record({ a: value, b: leaf, c: value }, { requiredKeys: [] })
const path = fc.constantFrom('a', 'b', 'c', 'a.x', 'c.x')

const condition = fc.oneof(
  leaf,
  fc.record({ $in: fc.array(leaf, { maxLength: 3 }) }),
  fc.record({ $gt: leaf }),
  fc.record({ $gte: leaf, $lt: leaf }),
  fc.record({ $lte: leaf }),
  fc.record({ $exists: fc.boolean() }),
  fc.record({ $ne: leaf }),
  fc.constantFrom({ $regex: '^a' }, { $type: 'string' }, { $size: 2 }),
)
const simple = fc.dictionary(path, condition, { maxKeys: 3, noNullPrototype: true })
const filter = fc.oneof(simple, fc.record({ b: leaf, $or: fc.array(simple, { minLength: 1, maxLength: 2 }) }))

const index = fc
  .tuple(
    fc.uniqueArray(fc.tuple(path, fc.constantFrom(1, -1)), { minLength: 1, maxLength: 3, selector: ([name]) => name }),
    fc.constantFrom(
      {},
      {},
      { sparse: true },
      { partialFilterExpression: { b: { $exists: true } } },
      { partialFilterExpression: { a: { $gt: 0 } } },
    ),
  )
  .map((parts): Document => ({ key: Object.fromEntries(parts[0]), name: JSON.stringify(parts), ...parts[1] }))
const sort = fc.oneof(
  fc.constant({}),
  fc
    .uniqueArray(fc.tuple(fc.constantFrom('b', 'c', 'a'), fc.constantFrom(1, -1)), {
      minLength: 1,
      maxLength: 2,
      selector: ([name]) => name,
    })
    .map((s) => Object.fromEntries(s)),
)

const text = (docs: Document[]): string[] => docs.map((d) => EJSON.stringify(d))

/** Every find with and without indexes gives the same; what a sort leaves open is not compared. */
const compare = (local: Local, find: Document): void => {
  const scanned = found(local, { ...find, hint: { $natural: 1 } })
  const planned = found(local, find)
  expect(text(planned).sort()).toEqual(text(scanned).sort())
  const names = Object.keys(find.sort)
  const shown = (docs: Document[]): unknown[] =>
    docs.map((d) => names.map((name) => EJSON.stringify({ v: d[name] ?? null })))
  const open = (docs: Document[]): boolean => docs.some((d) => names.some((name) => Array.isArray(d[name])))
  if (names.length && !open(scanned)) expect(shown(planned)).toEqual(shown(scanned))
}

describe('finding with and without indexes', () => {
  it('gives the same deals whatever indexes there are', () => {
    fc.assert(
      fc.property(
        fc.array(doc, { maxLength: 25 }),
        fc.array(index, { minLength: 1, maxLength: 3 }),
        fc.array(fc.tuple(filter, sort), { minLength: 5, maxLength: 12 }),
        (docs, indexes, finds) => {
          const local = openLocal()
          try {
            if (docs.length) local.run({ insert: 'c', documents: docs.map((d, i) => ({ _id: i, ...d })) })
            // parallel arrays and double specifications are refused, that is no matter here
            for (const spec of indexes) local.run({ createIndexes: 'c', indexes: [spec] })
            for (const [f, s] of finds) compare(local, { find: 'c', filter: f, sort: s })
            expect(local.run({ validate: 'c' })).toMatchObject(docs.length ? { valid: true } : {})
          } finally {
            local.close()
          }
        },
      ),
      { numRuns: 60, seed: 20171 },
    )
  }, 60_000)
})
