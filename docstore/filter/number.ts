import * as T from '../bson/types.ts'
import type { Value } from '../bson/value.ts'
import { exactDouble, readDecimal, toDouble } from '../keys/decimal.ts'

/** The nearest double of any BSON number. */
export const readNumber = (v: Value): number => {
  switch (v.type) {
    case T.INT32:
      return v.buf.readInt32LE(v.start)
    case T.DOUBLE:
      return v.buf.readDoubleLE(v.start)
    case T.INT64:
      return Number(v.buf.readBigInt64LE(v.start))
    default: {
      const decimal = readDecimal(v.buf.subarray(v.start, v.end))
      return typeof decimal === 'number' ? decimal : toDouble(decimal)
    }
  }
}

const MIN_LONG = -(2n ** 63n)
const MAX_LONG = 2n ** 63n - 1n

/** The integer of 64 bits that a number is; undefined where it has a fraction or is too large. */
export const longOf = (v: Value): bigint | undefined => {
  if (v.type === T.INT32) return BigInt(v.buf.readInt32LE(v.start))
  if (v.type === T.INT64) return v.buf.readBigInt64LE(v.start)
  const n = v.type === T.DOUBLE ? v.buf.readDoubleLE(v.start) : readDecimal(v.buf.subarray(v.start, v.end))
  if (typeof n === 'number' && !Number.isFinite(n)) return undefined
  const { digits, exponent } = typeof n === 'number' ? exactDouble(n) : n
  if (digits === 0n) return 0n
  if (exponent > 18) return undefined
  // a number of 34 digits with a fraction of more of them is less than one
  if (exponent < -34 * 2) return undefined
  const unit = 10n ** BigInt(Math.abs(exponent))
  if (exponent < 0 && digits % unit !== 0n) return undefined
  const long = exponent < 0 ? digits / unit : digits * unit
  return long < MIN_LONG || long > MAX_LONG ? undefined : long
}

/** A number without its fraction, undefined where it has more than 64 bits. */
export const cutLong = (v: Value): bigint | undefined => {
  if (v.type === T.INT32 || v.type === T.INT64) return longOf(v)
  const n = readNumber(v)
  if (Number.isInteger(n)) return longOf(v)
  if (!Number.isFinite(n) || Math.abs(n) >= 2 ** 63) return undefined
  return BigInt(Math.trunc(n))
}
