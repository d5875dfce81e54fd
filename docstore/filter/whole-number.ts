import * as T from '../bson/types.ts'
import type { Value } from '../bson/value.ts'
import { shellText } from '../store/shell-text.ts'
import { longOf, readNumber } from './number.ts'

/** How many bits a whole number may have. */
type Bits = 32 | 64

/** A whole number of 0 or more, or the sentence that says why a value is none. */
export const readWhole = (name: string, v: Value, bits: Bits = 64): number | string => {
  const text = `${name}: ${shellText(v)}`
  if (!T.isNumeric(v.type)) return `Expected a number in: ${text}`
  const n = readNumber(v)
  if (Number.isFinite(n) && !Number.isInteger(n)) return `Expected an integer: ${text}`
  const long = longOf(v)
  if (long === undefined || (bits === 32 && BigInt.asIntN(32, long) !== long))
    return `Cannot represent as a ${bits}-bit integer: ${text}`
  return n < 0 ? `Expected a non-negative number in: ${text}` : n
}
