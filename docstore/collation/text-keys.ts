import * as T from '../bson/types.ts'
import { itemsOf, stringOf, type Value } from '../bson/value.ts'
import type { TextKey } from '../keys/encode.ts'
import { keyOf } from '../keys/extract.ts'
import type { Collation } from './collation.ts'
import { OrderedTexts } from './ordered-texts.ts'

/** Keys under which texts that a collation holds equal are one: for groups and sets in memory. They do not sort. */
export const equalityKeys = (collation: Collation | undefined): TextKey | undefined => {
  if (!collation) return undefined
  const texts = new OrderedTexts(collation)
  const seen = new Map<string, Buffer>()
  return (text) => {
    const known = seen.get(text)
    if (known) return known
    const place = texts.place(text)
    const label = place.found?.label ?? Buffer.from(text)
    if (!place.found) texts.insert({ text, label })
    seen.set(text, label)
    return label
  }
}

const NOWHERE = Buffer.from([0xff])

const textsOf = (v: Value): string[] => {
  if (v.type === T.STRING || v.type === T.SYMBOL) return [stringOf(v)]
  return v.type === T.OBJECT || v.type === T.ARRAY ? itemsOf(v).flatMap(textsOf) : []
}

/** Keys that tell whether a text equals one in these constants; all other texts have one key of their own. */
export const constantKeys = (collation: Collation, constants: readonly Value[]): TextKey => {
  const texts = new OrderedTexts(collation)
  for (const text of constants.flatMap(textsOf))
    if (!texts.place(text).found) texts.insert({ text, label: Buffer.from(text) })
  return (text) => texts.place(text).found?.label ?? NOWHERE
}

/** A set of values: says true for one it did not have yet. */
export const setOf = (collation: Collation | undefined): ((v: Value) => boolean) => {
  const textKey = equalityKeys(collation)
  const seen = new Set<string>()
  return (v) => {
    const key = keyOf(v, textKey).toString('latin1')
    if (seen.has(key)) return false
    seen.add(key)
    return true
  }
}
