import { Decimal128, type Document, Double, Int32, Long } from 'bson'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { found, type Local, openLocal } from './local.ts'

let local: Local
beforeAll(() => {
  local = openLocal()
})
afterAll(() => local.close())

let collections = 0

/** Whether a document with `a` (or without, for undefined) is as a schema of `a` says. */
const fits = (schema: Document, a: unknown): boolean => {
  const name = `c${++collections}`
  local.run({ insert: name, documents: [a === undefined ? { _id: 1 } : { _id: 1, a }] })
  return found(local, { find: name, filter: { $jsonSchema: { properties: { a: schema } } } }).length === 1
}

const yes: readonly [string, Document, unknown][] = [
  ['a number of any kind is a number', { type: 'number' }, Decimal128.fromString('1.5')],
  ['an int is an int', { bsonType: 'int' }, new Int32(1)],
  ['one of two types', { bsonType: ['long', 'null'] }, null],
  ['a field that is not there', { bsonType: 'int' }, undefined],
  ['the least itself', { minimum: 3 }, new Double(3)],
  ['a long above the least', { minimum: 3 }, Long.fromString('9007199254740993')],
  ['text is not too small', { minimum: 3 }, 'x'],
  ['tenths of a decimal', { multipleOf: Decimal128.fromString('0.1') }, Decimal128.fromString('0.3')],
  ['two emoji', { maxLength: 2 }, '🎉🎉'],
  ['a pattern anywhere', { pattern: 'b+' }, 'abbc'],
  ['an equal number of another type', { enum: [1, 'x'] }, new Double(1)],
  ['an equal document', { enum: [{ b: [1] }] }, { b: [1] }],
  ['each item', { items: { minimum: 1 } }, [1, 2]],
  ['items by their place, more allowed', { items: [{ type: 'string' }] }, ['x', 1]],
  ['items that differ', { uniqueItems: true }, [1, '1', [1]]],
  ['all that is required', { required: ['b'] }, { b: null }],
  [
    'no more than named',
    { properties: { b: {} }, patternProperties: { '^x': {} }, additionalProperties: false },
    { b: 1, x1: 2 },
  ],
  ['what another field needs', { dependencies: { b: ['c'] } }, { b: 1, c: 1 }],
  ['one of two, not both', { oneOf: [{ minimum: 5 }, { maximum: 2 }] }, 1],
  ['a field of a field', { properties: { b: { properties: { c: { type: 'boolean' } } } } }, { b: { c: true } }],
  ['what documents carry for people', { title: 'A', description: 'B' }, 1],
]

const no: readonly [string, Document, unknown][] = [
  ['text is no number', { type: 'number' }, '1'],
  ['a double is no int', { bsonType: 'int' }, new Double(1)],
  ['the least itself, excluded', { minimum: 3, exclusiveMinimum: true }, 3],
  ['above the most', { maximum: 3 }, Long.fromString('9007199254740993')],
  ['not a number is below every number', { minimum: 3 }, new Double(Number.NaN)],
  ['no tenth', { multipleOf: Decimal128.fromString('0.1') }, Decimal128.fromString('0.35')],
  ['too short', { minLength: 2 }, '🎉'],
  ['another pattern', { pattern: '^b' }, 'abbc'],
  ['not among the values', { enum: [1, 'x'] }, true],
  ['one item of many', { items: { minimum: 1 } }, [1, 0]],
  ['items beyond those named', { items: [{ type: 'string' }], additionalItems: false }, ['x', 1]],
  ['the same number twice', { uniqueItems: true }, [1, new Double(1)]],
  ['too few items', { minItems: 2 }, [1]],
  ['something required is missing', { required: ['b'] }, { c: 1 }],
  ['more than named', { properties: { b: {} }, additionalProperties: false }, { b: 1, c: 2 }],
  ['more, of another type', { additionalProperties: { type: 'string' } }, { c: 2 }],
  ['what another field needs is missing', { dependencies: { b: ['c'] } }, { b: 1 }],
  ['both of which one was meant', { oneOf: [{ minimum: 1 }, { maximum: 2 }] }, 1],
  ['what must not be', { not: { type: 'null' } }, null],
  ['too many fields', { maxProperties: 1 }, { b: 1, c: 1 }],
  [
    'an own field called __proto__',
    { properties: { ['__proto__']: { type: 'string' } } },
    JSON.parse('{"__proto__":1}'),
  ],
]

describe('a $jsonSchema', () => {
  it.each(yes)('lets through: %s', (_title, schema, a) => expect(fits(schema, a)).toBe(true))
  it.each(no)('keeps out: %s', (_title, schema, a) => expect(fits(schema, a)).toBe(false))

  it.each<[string, unknown, number]>([
    ['no document', 1, 14],
    ['an unknown keyword', { foo: 1 }, 9],
    ['a reference', { $ref: 'x' }, 9],
    ['the type integer', { type: 'integer' }, 9],
    ['two types', { type: 'object', bsonType: 'object' }, 9],
    ['an unknown BSON type', { bsonType: 'foo' }, 2],
    ['required of nothing', { required: [] }, 9],
    ['required of text', { required: 'x' }, 14],
    ['required twice', { required: ['a', 'a'] }, 9],
    ['properties of a number', { properties: 1 }, 14],
    ['a property of a number', { properties: { a: 1 } }, 14],
    ['a minimum of text', { properties: { a: { minimum: 'x' } } }, 14],
    ['a bound excluded that is not there', { properties: { a: { exclusiveMinimum: true } } }, 9],
    ['a multiple of nothing', { multipleOf: 0 }, 9],
    ['a choice of nothing', { enum: [] }, 9],
    ['a length below nothing', { minLength: -1 }, 9],
    ['a pattern that is none', { pattern: '(' }, 51091],
  ])('is refused on a collection that is not there: %s', (_title, schema, code) => {
    expect(local.run({ find: 'nowhere', filter: { $jsonSchema: schema } }).code).toBe(code)
  })

  it('keeps wrong documents out of a collection that has it as its validator', () => {
    const validator = {
      $jsonSchema: { bsonType: 'object', required: ['name'], properties: { name: { type: 'string' } } },
    }
    expect(local.run({ create: 'valid', validator }).ok).toBe(1)
    expect(local.run({ insert: 'valid', documents: [{ name: 'Ann' }] }).n).toBe(1)
    expect(local.run({ insert: 'valid', documents: [{ name: 1 }] }).writeErrors[0].code).toBe(121)
  })
})
