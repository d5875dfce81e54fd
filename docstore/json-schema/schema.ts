import * as T from '../bson/types.ts'
import { entriesOf, type Value } from '../bson/value.ts'
import { typeMismatch } from '../errors.ts'
import { failedToParse, listOf, textOf } from './argument.ts'
import { arrayChecks } from './arrays.ts'
import type { Around, Check, Keyword } from './keyword.ts'
import { objectChecks } from './objects.ts'
import { bsonTypeCheck, jsonTypeCheck, scalarChecks } from './scalars.ts'

const REFUSED = new Set(['$ref', '$schema', 'default', 'definitions', 'format', 'id'])

const each = (name: string, v: Value, { parse }: Around): Check[] =>
  listOf(name, v).map((item) => {
    if (item.type !== T.OBJECT)
      throw typeMismatch(`$jsonSchema keyword '${name}' must be an array of objects, but found another type`)
    return parse(item)
  })

const always: Check = () => true

const annotation =
  (name: string): Keyword =>
  (v) => {
    textOf(name, v)
    return always
  }

const KEYWORDS: ReadonlyMap<string, Keyword> = new Map<string, Keyword>([
  ...scalarChecks,
  ...arrayChecks,
  ...objectChecks,
  ['title', annotation('title')],
  ['description', annotation('description')],
  ['bsonType', bsonTypeCheck],
  ['type', jsonTypeCheck],
  [
    'allOf',
    (v, around) => {
      const checks = each('allOf', v, around)
      return (value) => checks.every((check) => check(value))
    },
  ],
  [
    'anyOf',
    (v, around) => {
      const checks = each('anyOf', v, around)
      return (value) => checks.some((check) => check(value))
    },
  ],
  [
    'oneOf',
    (v, around) => {
      const checks = each('oneOf', v, around)
      return (value) => checks.filter((check) => check(value)).length === 1
    },
  ],
  [
    'not',
    (v, { parse }) => {
      if (v.type !== T.OBJECT) throw typeMismatch("$jsonSchema keyword 'not' must be an object")
      const check = parse(v)
      return (value) => !check(value)
    },
  ],
])

/**
 * Parses a schema of draft 4 as MongoDB takes it: `bsonType` besides `type`, no `integer`, no references. Throws 9 for what it
 * does not know or cannot be, 14 for arguments of the wrong type, 2 for unknown types.
 */
export const parseSchema = (schema: Value): Check => {
  if (schema.type !== T.OBJECT) throw typeMismatch('$jsonSchema must be an object')
  const given = new Map(entriesOf(schema))
  if (given.has('type') && given.has('bsonType'))
    throw failedToParse("Cannot specify both $jsonSchema keywords 'type' and 'bsonType'")
  const checks = [...given].map(([name, v]) => {
    const keyword = KEYWORDS.get(name)
    if (keyword) return keyword(v, { schema: given, parse: parseSchema })
    if (REFUSED.has(name)) throw failedToParse(`$jsonSchema keyword '${name}' is not currently supported`)
    throw failedToParse(`Unknown $jsonSchema keyword: ${name}`)
  })
  return (v) => checks.every((check) => check(v))
}
