import * as T from '../bson/types.ts'
import { itemsOf, type Value } from '../bson/value.ts'
import { typeMismatch } from '../errors.ts'
import { keyOf } from '../keys/extract.ts'
import { boolOf, countOf, listOf } from './argument.ts'
import type { Check, Keyword } from './keyword.ts'

const ofList =
  (ask: (items: Value[]) => boolean): Check =>
  (value) =>
    value.type !== T.ARRAY || ask(itemsOf(value))

const items: Keyword = (v, { parse }) => {
  if (v.type === T.OBJECT) {
    const check = parse(v)
    return ofList((list) => list.every(check))
  }
  if (v.type !== T.ARRAY)
    throw typeMismatch("$jsonSchema keyword 'items' must be an array or an object, not another type")
  const checks = listOf('items', v).map((item) => {
    if (item.type !== T.OBJECT)
      throw typeMismatch("$jsonSchema keyword 'items' requires that each element be an object")
    return parse(item)
  })
  return ofList((list) => checks.every((check, i) => i >= list.length || check(list[i] as Value)))
}

const additionalItems: Keyword = (v, { schema, parse }) => {
  if (v.type !== T.BOOL && v.type !== T.OBJECT)
    throw typeMismatch("$jsonSchema keyword 'additionalItems' must be either an object or a boolean")
  const check: Check = v.type === T.OBJECT ? parse(v) : () => boolOf('additionalItems', v)
  const positional = schema.get('items')
  if (positional?.type !== T.ARRAY) return () => true
  const from = itemsOf(positional).length
  return ofList((list) => list.slice(from).every(check))
}

const uniqueItems: Keyword = (v) => {
  if (!boolOf('uniqueItems', v)) return () => true
  return ofList((list) => new Set(list.map((item) => keyOf(item).toString('latin1'))).size === list.length)
}

/** Keywords about arrays; what is none passes. */
export const arrayChecks: readonly [string, Keyword][] = [
  ['items', items],
  ['additionalItems', additionalItems],
  ['uniqueItems', uniqueItems],
  [
    'minItems',
    (v) => {
      const least = countOf('minItems', v)
      return ofList((list) => list.length >= least)
    },
  ],
  [
    'maxItems',
    (v) => {
      const most = countOf('maxItems', v)
      return ofList((list) => list.length <= most)
    },
  ],
]
