import * as T from '../bson/types.ts'
import type { Value } from '../bson/value.ts'
import { shellText } from '../store/shell-text.ts'
import { readNumber } from './number.ts'

/** A whole number of 0 or more, or the sentence that says why a value is none. */
export const readWhole = (name: string, v: Value): number | string => {
  const text = `${name}: ${shellText(v)}`
  if (!T.isNumeric(v.type)) return `Expected a number in: ${text}`
  const n = readNumber(v)
  if (!Number.isInteger(n)) return `Expected an integer: ${text}`
  return n < 0 ? `Expected a non-negative number in: ${text}` : n
}
