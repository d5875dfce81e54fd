import * as T from '../bson/types.ts'
import { bytesOf, type Value } from '../bson/value.ts'
import { CommandError } from '../errors.ts'
import { readNumber } from '../filter/number.ts'
import { type Exact, readDecimal } from '../keys/decimal.ts'
import { decimal, double, integer } from './make.ts'

export const isInt = (v: Value): boolean => v.type === T.INT32 || v.type === T.INT64

/** The integer in an int32 or int64. */
export const big = (v: Value): bigint =>
  v.type === T.INT32 ? BigInt(v.buf.readInt32LE(v.start)) : v.buf.readBigInt64LE(v.start)

/** A double joins decimals with the 15 digits it is good for, all of them, not with its binary tail. */
export const exactOfDouble = (n: number): Exact => {
  if (n === 0) return { digits: 0n, exponent: 0 }
  const [mantissa = '0', power = '0'] = n.toPrecision(15).split('e')
  const [whole = '0', fraction = ''] = mantissa.split('.')
  return { digits: BigInt(whole + fraction), exponent: Number(power) - fraction.length }
}

/** Any finite number exactly, or NaN or an infinity as a number. */
export const exactly = (v: Value): Exact | number => {
  if (v.type === T.DECIMAL) return readDecimal(bytesOf(v))
  if (v.type !== T.DOUBLE) return { digits: big(v), exponent: 0 }
  const n = v.buf.readDoubleLE(v.start)
  return Number.isFinite(n) ? exactOfDouble(n) : n
}

const align = (x: Exact, y: Exact): [bigint, bigint, number] => {
  const exponent = Math.min(x.exponent, y.exponent)
  const scale = (n: Exact): bigint => n.digits * 10n ** BigInt(n.exponent - exponent)
  return [scale(x), scale(y), exponent]
}

type Kind = 'add' | 'subtract' | 'multiply' | 'divide' | 'mod'

const onDoubles: Record<Kind, (x: number, y: number) => number> = {
  add: (x, y) => x + y,
  subtract: (x, y) => x - y,
  multiply: (x, y) => x * y,
  divide: (x, y) => x / y,
  mod: (x, y) => x % y,
}

/** Digits past the comma that a quotient is computed to before it is rounded. */
const QUOTIENT_DIGITS = 40

const quotient = (x: Exact, y: Exact): Exact => {
  const length = (n: bigint): number => (n < 0n ? -n : n).toString().length
  const more = Math.max(QUOTIENT_DIGITS + length(y.digits) - length(x.digits), 0)
  const scaled = x.digits * 10n ** BigInt(more)
  let digits = scaled / y.digits
  let exponent = x.exponent - y.exponent - more
  if (digits * y.digits !== scaled) return { digits: digits * 10n + (digits < 0n ? -1n : 1n), exponent: exponent - 1 }
  const wanted = x.exponent - y.exponent
  while (exponent < wanted && digits % 10n === 0n && digits !== 0n) {
    digits /= 10n
    exponent++
  }
  return { digits, exponent }
}

const onDecimals = (kind: Kind, a: Value, b: Value): Value => {
  const x = exactly(a)
  const y = exactly(b)
  if (typeof x === 'number' || typeof y === 'number') return decimal(onDoubles[kind](readNumber(a), readNumber(b)))
  if (kind === 'multiply') return decimal({ digits: x.digits * y.digits, exponent: x.exponent + y.exponent })
  if (kind === 'divide') return decimal(quotient(x, y))
  const [p, q, exponent] = align(x, y)
  if (kind === 'mod') return decimal({ digits: p % q, exponent })
  return decimal({ digits: kind === 'add' ? p + q : p - q, exponent })
}

const onInts: Record<Exclude<Kind, 'divide'>, (x: bigint, y: bigint) => bigint> = {
  add: (x, y) => x + y,
  subtract: (x, y) => x - y,
  multiply: (x, y) => x * y,
  mod: (x, y) => x % y,
}

/** One of the five operations in the wider of the two types: int32 overflows into int64, int64 into double. */
export const calculate = (kind: Kind, a: Value, b: Value): Value => {
  if (a.type === T.DECIMAL || b.type === T.DECIMAL) return onDecimals(kind, a, b)
  if (kind === 'divide' || a.type === T.DOUBLE || b.type === T.DOUBLE)
    return double(onDoubles[kind](readNumber(a), readNumber(b)))
  return integer(onInts[kind](big(a), big(b)), a.type === T.INT64 || b.type === T.INT64)
}

export const isZero = (v: Value): boolean => {
  if (v.type !== T.DECIMAL) return readNumber(v) === 0
  const exact = readDecimal(bytesOf(v))
  return typeof exact !== 'number' && exact.digits === 0n
}

/** A number that must be an integer of 32 bits, as positions and lengths are. Throws the code it is given. */
export const wholeNumber = (v: Value, code: number, message: string): number => {
  const n = T.isNumeric(v.type) ? readNumber(v) : Number.NaN
  if (!Number.isInteger(n) || Math.abs(n) > 0x7fffffff) throw new CommandError(code, message)
  return n
}
