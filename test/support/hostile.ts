import { pick } from './seeded.ts'

/** What never belongs where a text, a number or a flag does. */
export const operators: readonly unknown[] = [
  { $ne: null },
  { $gt: '' },
  { $regex: '.*' },
  { $where: '1' },
  { $function: { body: 'return 1', args: [], lang: 'js' } },
  { _bsontype: 'ObjectId', id: 'a' },
  { toString: 'x', valueOf: 'y' },
  [{ $ne: 1 }],
  [[['a']]],
]

/** Bodies that are no bodies. */
export const brokenBodies: readonly string[] = [
  '',
  '{',
  'null',
  '"text"',
  '12',
  '[[[[',
  '{"a":1}}',
  '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
  `${'['.repeat(5000)}${']'.repeat(5000)}`,
  `{"a":${'{"a":'.repeat(1000)}1${'}'.repeat(1000)}}`,
  '{"name":"\\ud800"}',
  '{"name":NaN}',
  '{"name":1e999}',
  '\u0000',
  '{"name":"\u0000"}',
]

/** The body with one field, anywhere in it, replaced by an operator. */
export function withOperator(body: object, random: () => number): unknown {
  const copy = structuredClone(body) as Record<string, unknown>
  const places = leaves(copy)
  const place = pick(random, places)
  if (place) (place.of as Record<string, unknown>)[place.key] = pick(random, operators)
  return copy
}

/** Every field that holds a text, number, flag or nothing. */
export function leaves(value: object): { of: object; key: string }[] {
  return Object.entries(value).flatMap(([key, inner]) =>
    typeof inner === 'object' && inner !== null ? leaves(inner) : [{ of: value, key }],
  )
}
