import { Decimal128 } from 'bson'
import * as T from '../bson/types.ts'
import { Value } from '../bson/value.ts'
import { readNumber } from '../filter/number.ts'
import { type Exact, readDecimal } from '../keys/decimal.ts'

const INT32_MAX = 0x7fffffffn
const INT64_MAX = 0x7fffffffffffffffn
const MAX_DIGITS = 34

const int = (v: Value): bigint =>
  v.type === T.INT32 ? BigInt(v.buf.readInt32LE(v.start)) : v.buf.readBigInt64LE(v.start)

const ofDouble = (n: number): Value => {
  const buf = Buffer.alloc(8)
  buf.writeDoubleLE(n)
  return new Value(buf, T.DOUBLE, 0, 8)
}

const ofInt = (n: bigint, wide: boolean): Value | undefined => {
  const buf = Buffer.alloc(8)
  if (!wide && n <= INT32_MAX && n >= -INT32_MAX - 1n) {
    buf.writeInt32LE(Number(n))
    return new Value(buf, T.INT32, 0, 4)
  }
  if (n > INT64_MAX || n < -INT64_MAX - 1n) return undefined
  buf.writeBigInt64LE(n)
  return new Value(buf, T.INT64, 0, 8)
}

const exactly = (v: Value): Exact | number => {
  if (v.type === T.DECIMAL) return readDecimal(v.buf.subarray(v.start, v.end))
  if (v.type === T.DOUBLE) {
    const n = v.buf.readDoubleLE(v.start)
    return Number.isFinite(n) ? exactFromText(String(n)) : n
  }
  return { digits: int(v), exponent: 0 }
}

/** A double joins decimals with the 15 digits it is good for, not with its binary tail. */
const exactFromText = (text: string): Exact => {
  const [mantissa = '0', power = '0'] = Number(text).toPrecision(15).split('e')
  const [whole = '0', fraction = ''] = mantissa.split('.')
  const trimmed = fraction.replace(/0+$/, '')
  return { digits: BigInt(whole + trimmed), exponent: Number(power) - trimmed.length }
}

const ofDecimal = (x: Exact | number): Value => {
  let text = String(x)
  if (typeof x !== 'number') {
    let { digits, exponent } = x
    const length = (digits < 0n ? -digits : digits).toString().length
    if (length > MAX_DIGITS) {
      const scale = 10n ** BigInt(length - MAX_DIGITS)
      const half = digits < 0n ? -scale / 2n : scale / 2n
      digits = (digits + half) / scale
      exponent += length - MAX_DIGITS
    }
    text = `${digits}E${exponent}`
  }
  const buf = Buffer.from(Decimal128.fromString(text).bytes)
  return new Value(buf, T.DECIMAL, 0, 16)
}

const decimal = (a: Value, b: Value, product: boolean): Value => {
  const x = exactly(a)
  const y = exactly(b)
  if (typeof x === 'number' || typeof y === 'number') {
    const [p, q] = [readNumber(a), readNumber(b)]
    return ofDecimal(product ? p * q : p + q)
  }
  if (product) return ofDecimal({ digits: x.digits * y.digits, exponent: x.exponent + y.exponent })
  const exponent = Math.min(x.exponent, y.exponent)
  const scale = (n: Exact): bigint => n.digits * 10n ** BigInt(n.exponent - exponent)
  return ofDecimal({ digits: scale(x) + scale(y), exponent })
}

const combine = (a: Value, b: Value, product: boolean): Value | undefined => {
  if (a.type === T.DECIMAL || b.type === T.DECIMAL) return decimal(a, b, product)
  if (a.type === T.DOUBLE || b.type === T.DOUBLE) {
    const [x, y] = [readNumber(a), readNumber(b)]
    return ofDouble(product ? x * y : x + y)
  }
  const wide = a.type === T.INT64 || b.type === T.INT64
  return ofInt(product ? int(a) * int(b) : int(a) + int(b), wide)
}

/** a + b in the wider of their types; int32 overflows into int64, int64 into nothing: undefined. */
export const add = (a: Value, b: Value): Value | undefined => combine(a, b, false)

/** a * b in the wider of their types, undefined where that is more than 64 bits. */
export const multiply = (a: Value, b: Value): Value | undefined => combine(a, b, true)

/** Zero in the type of a number: what $mul leaves in a missing field. */
export const zeroLike = (v: Value): Value => {
  if (v.type === T.DOUBLE) return ofDouble(0)
  return v.type === T.DECIMAL ? ofDecimal({ digits: 0n, exponent: 0 }) : (ofInt(0n, v.type === T.INT64) as Value)
}

/** Bitwise and, or, xor of two integers. */
export const bitwise = (name: string, a: Value, b: Value): Value => {
  const [x, y] = [int(a), int(b)]
  const wide = a.type === T.INT64 || b.type === T.INT64
  return ofInt(name === 'and' ? x & y : name === 'or' ? x | y : x ^ y, wide) as Value
}
