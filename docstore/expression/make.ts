import { Decimal128 } from 'bson'
import * as T from '../bson/types.ts'
import { docValue, Value } from '../bson/value.ts'
import { indexName, Writer } from '../bson/writer.ts'
import type { Exact } from '../keys/decimal.ts'

/** A value an expression gives; undefined is a missing field. */
export type Maybe = Value | undefined

const NOTHING = Buffer.alloc(0)
const INT32_MAX = 0x7fffffff
const INT64_MAX = 0x7fffffffffffffffn

export const NULL_VALUE = new Value(NOTHING, T.NULL, 0, 0)
export const TRUE = new Value(Buffer.from([1]), T.BOOL, 0, 1)
export const FALSE = new Value(Buffer.from([0]), T.BOOL, 0, 1)

export const bool = (is: boolean): Value => (is ? TRUE : FALSE)

export const int32 = (n: number): Value => {
  const buf = Buffer.allocUnsafe(4)
  buf.writeInt32LE(n)
  return new Value(buf, T.INT32, 0, 4)
}

export const int64 = (n: bigint): Value => {
  const buf = Buffer.allocUnsafe(8)
  buf.writeBigInt64LE(n)
  return new Value(buf, T.INT64, 0, 8)
}

export const double = (n: number): Value => {
  const buf = Buffer.allocUnsafe(8)
  buf.writeDoubleLE(n)
  return new Value(buf, T.DOUBLE, 0, 8)
}

/** An int32 if it fits, else an int64. */
export const intOrLong = (n: number): Value => (n >= -INT32_MAX - 1 && n <= INT32_MAX ? int32(n) : int64(BigInt(n)))

/** An integer in the narrowest type from `type` on that holds it: int32, int64, then double. */
export const integer = (n: bigint, wide: boolean): Value => {
  if (!wide && n >= BigInt(-INT32_MAX - 1) && n <= BigInt(INT32_MAX)) return int32(Number(n))
  return n <= INT64_MAX && n >= -INT64_MAX - 1n ? int64(n) : double(Number(n))
}

/** Milliseconds as a date. */
export const date = (ms: number | bigint): Value => {
  const buf = Buffer.allocUnsafe(8)
  buf.writeBigInt64LE(BigInt(ms))
  return new Value(buf, T.DATE, 0, 8)
}

export const text = (s: string): Value => {
  const bytes = Buffer.from(s, 'utf8')
  const buf = Buffer.allocUnsafe(bytes.length + 5)
  buf.writeInt32LE(bytes.length + 1)
  bytes.copy(buf, 4)
  buf[bytes.length + 4] = 0
  return new Value(buf, T.STRING, 0, buf.length)
}

export const objectId = (bytes: Buffer): Value => new Value(bytes, T.OBJECT_ID, 0, 12)

export const array = (items: readonly Maybe[]): Value => {
  const w = new Writer(items.length * 16 + 16)
  const mark = w.open()
  for (let i = 0; i < items.length; i++) w.value(indexName(i), items[i] ?? NULL_VALUE)
  w.close(mark)
  const buf = w.done()
  return new Value(buf, T.ARRAY, 0, buf.length)
}

/** A document of these fields; missing values leave theirs out. */
export const object = (fields: Iterable<readonly [string, Maybe]>): Value => {
  const w = new Writer(256)
  const mark = w.open()
  for (const [name, v] of fields) if (v) w.value(name, v)
  w.close(mark)
  return docValue(w.done())
}

const MAX_DIGITS = 34
const digitsOf = (n: bigint): number => (n < 0n ? -n : n).toString().length

/** n / 10^places, to the nearest, ties to even. */
const shiftRight = (n: bigint, places: number): bigint => {
  const unit = 10n ** BigInt(places)
  const quotient = n / unit
  const twice = 2n * (n % unit)
  const size = twice < 0n ? -twice : twice
  if (size < unit || (size === unit && quotient % 2n === 0n)) return quotient
  return quotient + (n < 0n ? -1n : 1n)
}

/** A Decimal128 of an exact number, rounded to 34 digits, or of NaN and the infinities. */
export const decimal = (x: Exact | number): Value => {
  let source: string
  if (typeof x === 'number') source = Object.is(x, -0) ? '-0' : String(x)
  else {
    let { digits, exponent } = x
    for (let over = digitsOf(digits) - MAX_DIGITS; over > 0; over = digitsOf(digits) - MAX_DIGITS) {
      digits = shiftRight(digits, over)
      exponent += over
    }
    if (exponent < -6176) {
      digits = -6176 - exponent > 40 ? 0n : shiftRight(digits, -6176 - exponent)
      exponent = -6176
    }
    while (exponent > 6111 && digits !== 0n && digitsOf(digits) < MAX_DIGITS) {
      digits *= 10n
      exponent--
    }
    if (exponent > 6111) source = digits === 0n ? '0E+6111' : digits < 0n ? '-Infinity' : 'Infinity'
    else source = `${digits}E${exponent >= 0 ? '+' : ''}${exponent}`
  }
  return new Value(Buffer.from(Decimal128.fromString(source).bytes), T.DECIMAL, 0, 16)
}
