import * as T from '../bson/types.ts'
import { entriesOf, type Value } from '../bson/value.ts'
import { typeMismatch } from '../errors.ts'
import { compileRegex } from '../filter/regex.ts'
import { boolOf, countOf, namesOf, objectOf } from './argument.ts'
import type { Around, Check, Keyword } from './keyword.ts'

const ofObject =
  (ask: (fields: ReadonlyMap<string, Value>) => boolean): Check =>
  (value) =>
    value.type !== T.OBJECT || ask(new Map(entriesOf(value)))

const nested = (keyword: string, name: string, v: Value, { parse }: Around): Check => {
  if (v.type !== T.OBJECT)
    throw typeMismatch(`Nested schema for $jsonSchema property '${name}' of '${keyword}' must be an object`)
  return parse(v)
}

const properties: Keyword = (v, around) => {
  const checks = objectOf('properties', v).map(
    ([name, schema]) => [name, nested('properties', name, schema, around)] as const,
  )
  return ofObject((fields) =>
    checks.every(([name, check]) => {
      const value = fields.get(name)
      return value === undefined || check(value)
    }),
  )
}

const patternsOf = (v: Value): [(name: string) => boolean, Value][] =>
  objectOf('patternProperties', v).map(([pattern, schema]) => [compileRegex(pattern, ''), schema])

const patternProperties: Keyword = (v, around) => {
  const checks = patternsOf(v).map(([fits, schema]) => [fits, nested('patternProperties', '', schema, around)] as const)
  return ofObject((fields) =>
    [...fields].every(([name, value]) => checks.every(([fits, check]) => !fits(name) || check(value))),
  )
}

const additionalProperties: Keyword = (v, { schema, parse }) => {
  if (v.type !== T.BOOL && v.type !== T.OBJECT)
    throw typeMismatch("$jsonSchema keyword 'additionalProperties' must be an object or a boolean")
  const check: Check = v.type === T.OBJECT ? parse(v) : () => boolOf('additionalProperties', v)
  const named = schema.get('properties')
  const patterned = schema.get('patternProperties')
  const known = new Set(named ? objectOf('properties', named).map(([name]) => name) : [])
  const patterns = patterned ? patternsOf(patterned) : []
  return ofObject((fields) =>
    [...fields].every(([name, value]) => known.has(name) || patterns.some(([fits]) => fits(name)) || check(value)),
  )
}

const dependencies: Keyword = (v, { parse }) => {
  const rules = objectOf('dependencies', v).map(([name, needs]): [string, Check] => {
    if (needs.type === T.OBJECT) return [name, parse(needs)]
    const names = namesOf('dependencies', needs)
    return [name, ofObject((fields) => names.every((one) => fields.has(one)))]
  })
  return (value) => ofObject((fields) => rules.every(([name, check]) => !fields.has(name) || check(value)))(value)
}

/** Keywords about documents; what is none passes. */
export const objectChecks: readonly [string, Keyword][] = [
  ['properties', properties],
  ['patternProperties', patternProperties],
  ['additionalProperties', additionalProperties],
  ['dependencies', dependencies],
  [
    'required',
    (v) => {
      const names = namesOf('required', v)
      return ofObject((fields) => names.every((name) => fields.has(name)))
    },
  ],
  [
    'minProperties',
    (v) => {
      const least = countOf('minProperties', v)
      return ofObject((fields) => fields.size >= least)
    },
  ],
  [
    'maxProperties',
    (v) => {
      const most = countOf('maxProperties', v)
      return ofObject((fields) => fields.size <= most)
    },
  ],
]
