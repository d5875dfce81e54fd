import * as T from '../bson/types.ts'
import type { Value } from '../bson/value.ts'
import { decimal, double, int32, int64 } from '../expression/make.ts'
import { big, calculate, isInt } from '../expression/numbers.ts'

const fits = (n: bigint, bits: number): boolean => BigInt.asIntN(bits, n) === n

const ofInt = (n: bigint, wide: boolean): Value | undefined => {
  if (!wide && fits(n, 32)) return int32(Number(n))
  return fits(n, 64) ? int64(n) : undefined
}

const combine = (a: Value, b: Value, product: boolean): Value | undefined => {
  if (!isInt(a) || !isInt(b)) return calculate(product ? 'multiply' : 'add', a, b)
  const [x, y] = [big(a), big(b)]
  return ofInt(product ? x * y : x + y, a.type === T.INT64 || b.type === T.INT64)
}

/** a + b in the wider of their types; int32 overflows into int64, int64 into nothing: undefined. */
export const add = (a: Value, b: Value): Value | undefined => combine(a, b, false)

/** a * b in the wider of their types, undefined where that is more than 64 bits. */
export const multiply = (a: Value, b: Value): Value | undefined => combine(a, b, true)

/** Zero in the type of a number: what $mul leaves in a missing field. */
export const zeroLike = (v: Value): Value => {
  if (v.type === T.DOUBLE) return double(0)
  if (v.type === T.DECIMAL) return decimal({ digits: 0n, exponent: 0 })
  return v.type === T.INT64 ? int64(0n) : int32(0)
}

/** Bitwise and, or, xor of two integers. */
export const bitwise = (name: string, a: Value, b: Value): Value => {
  const [x, y] = [big(a), big(b)]
  const wide = a.type === T.INT64 || b.type === T.INT64
  return ofInt(name === 'and' ? x & y : name === 'or' ? x | y : x ^ y, wide) as Value
}
