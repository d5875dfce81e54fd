import type { Document } from 'bson'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { harmlessLength } from '../../docstore/filter/regex-cost.ts'
import { found, type Local, openLocal } from './local.ts'

let local: Local
beforeAll(() => {
  local = openLocal()
  local.run({
    insert: 'a',
    documents: [
      { _id: 1, t: `${'a'.repeat(60)}b`, l: [`${'a'.repeat(60)}b`] },
      { _id: 2, t: `b${'a'.repeat(60)}b` },
    ],
  })
})
afterAll(() => local.close())

const pipeline = (operator: string, regex: string): Document => ({
  aggregate: 'a',
  pipeline: [{ $project: { x: { [operator]: { input: '$t', regex } } } }],
  cursor: {},
})

/** Each of them would take hours and more on the texts above. */
const ENDLESS = [
  '^(a+)+$',
  '^((a*)*)*$',
  '^(a|a)+$',
  '^(?:a|aa)*$',
  `^${'a?'.repeat(40)}${'a'.repeat(40)}$`,
  '^(?:a?){40}a{40}$',
  `^${'(a|a)'.repeat(60)}$`,
  '^(?:a{1,9}){2,40}$',
  `${'a*'.repeat(12)}c`,
]

const [NESTED = ''] = ENDLESS

describe('a pattern that would keep the database busy', () => {
  it.each(ENDLESS)('is stopped: %s', (regex) => {
    expect(local.run({ find: 'a', filter: { t: { $regex: regex } } }).code).toBe(51156)
    expect(local.run({ ping: 1 }).ok).toBe(1)
  })

  it.each<[string, Document]>([
    ['a count', { count: 'a', query: { t: { $not: { $regex: NESTED } } } }],
    ['a list of patterns', { find: 'a', filter: { t: { $in: [new RegExp(NESTED)] } } }],
    ['a schema', { find: 'a', filter: { $jsonSchema: { properties: { t: { pattern: NESTED } } } } }],
    ['$regexMatch', pipeline('$regexMatch', NESTED)],
    ['$regexFind', pipeline('$regexFind', NESTED)],
    ['$regexFindAll', pipeline('$regexFindAll', NESTED)],
    ['$expr', { find: 'a', filter: { $expr: { $regexMatch: { input: '$t', regex: NESTED } } } }],
    ['a find and modify', { findAndModify: 'a', query: {}, update: { $pull: { l: { $regex: NESTED } } } }],
  ])('is stopped in %s, and others are answered', (_where, command) => {
    expect(local.run(command).code).toBe(51156)
    expect(local.run({ ping: 1 }).ok).toBe(1)
  })

  it('is stopped at a later match too', () => {
    const reply = local.run(pipeline('$regexFindAll', 'b(?!(a+)+$)|(a+)+c'))
    expect(reply.code).toBe(51156)
  })
})

describe('an ordinary pattern', () => {
  it.each([
    'ana',
    '^[A-Z]{2}-\\d{4}$',
    '\\d+(?:\\.\\d+)?',
    '^[^@]+@[^@]+\\.com$',
    'red|green|blue',
    '(?<year>\\d{4})-(?<month>\\d\\d)',
    'colou?r',
    'a.*?b',
    '[)(*+?]',
  ])('%s asks for no clock on a name or a line', (pattern) => {
    expect(harmlessLength(pattern)).toBeGreaterThan(150)
  })

  it('finds the same on the clock', () => {
    expect(found(local, { find: 'a', filter: { t: { $regex: '^(?:(a)+)+b$' } } })).toMatchObject([{ _id: 1 }])
    const first = found(local, { find: 'a', filter: { _id: 2 }, projection: { _id: 1 } })
    expect(first).toEqual([{ _id: 2 }])
    const [one] = local.run(pipeline('$regexFindAll', '(?:(a)+)+')).cursor.firstBatch
    expect(one.x).toEqual([{ match: 'a'.repeat(60), idx: 0, captures: ['a'] }])
  })
})
