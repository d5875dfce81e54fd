import * as T from '../bson/types.ts'
import { Fields, type Value } from '../bson/value.ts'
import { type Exact, exactDouble, readDecimal, subtract, toDouble } from './decimal.ts'
import type { KeyWriter } from './key-writer.ts'

const float = new Float64Array(1)
const floatBytes = Buffer.from(float.buffer)
const NAN_KEY = Buffer.alloc(8)
const EXACT = 0x80

const writeDouble = (w: KeyWriter, n: number): void => {
  w.room(8)
  if (Number.isNaN(n)) {
    w.bytes(NAN_KEY, 0, 8)
    return
  }
  float[0] = n === 0 ? 0 : n
  const flip = n < 0 ? 0xff : 0
  for (let i = 7; i >= 0; i--) w.buf[w.at++] = (floatBytes[i] as number) ^ flip
  if (flip === 0) w.buf[w.at - 8] = (w.buf[w.at - 8] as number) | 0x80
}

/** What a number is more or less than its nearest double, so that int64 and Decimal128 sort exactly among doubles. */
const writeRest = (w: KeyWriter, rest: Exact): void => {
  if (rest.digits === 0n) {
    w.byte(EXACT)
    return
  }
  const negative = rest.digits < 0n
  w.byte(negative ? EXACT - 1 : EXACT + 1)
  const mark = w.at
  const digits = (negative ? -rest.digits : rest.digits).toString()
  const power = digits.length + rest.exponent + 0x8000
  w.byte(power >> 8)
  w.byte(power & 0xff)
  const bytes = Buffer.from(digits.replace(/0+$/, ''), 'latin1')
  w.text(bytes, 0, bytes.length)
  if (negative) w.invert(mark)
}

const writeExact = (w: KeyWriter, value: Exact): void => {
  const near = toDouble(value)
  // beyond the largest double: sorts below infinity by the rest, never equal to it
  const safe = Number.isFinite(near) ? near : near > 0 ? Number.MAX_VALUE : -Number.MAX_VALUE
  writeDouble(w, safe)
  writeRest(w, subtract(value, exactDouble(safe)))
}

const writeNumber = (w: KeyWriter, v: Value): void => {
  w.byte(0x20)
  if (v.type === T.INT32 || v.type === T.DOUBLE) {
    writeDouble(w, v.type === T.INT32 ? v.buf.readInt32LE(v.start) : v.buf.readDoubleLE(v.start))
    w.byte(EXACT)
    return
  }
  if (v.type === T.INT64) {
    const big = v.buf.readBigInt64LE(v.start)
    if (big >= -0x20000000000000n && big <= 0x20000000000000n) {
      writeDouble(w, Number(big))
      w.byte(EXACT)
      return
    }
    writeExact(w, { digits: big, exponent: 0 })
    return
  }
  const decimal = readDecimal(v.buf.subarray(v.start, v.end))
  if (typeof decimal === 'number') {
    writeDouble(w, decimal)
    w.byte(EXACT)
    return
  }
  writeExact(w, decimal)
}

/** What stands in a key for a text that a collation compares. */
export type TextKey = (text: string) => Buffer

const writeFields = (w: KeyWriter, v: Value, textKey: TextKey | undefined): void => {
  const fields = new Fields(v.buf, v.start)
  while (fields.next()) {
    w.byte(T.rankOf(fields.type))
    if (v.type === T.OBJECT) w.text(v.buf, fields.nameStart, fields.nameEnd)
    encodeValue(w, fields.value, textKey)
  }
  w.byte(0)
}

/**
 * Appends a value so that comparing bytes compares values in MongoDB's order, across types, and equal bytes are equal values
 * (1, 1.0 and Long 1 are one key). Every value ends itself, so keys of several fields are just appended. With a `textKey`
 * texts are ordered by what it gives for them.
 */
export const encodeValue = (w: KeyWriter, v: Value, textKey?: TextKey): void => {
  const { buf, type, start, end } = v
  if (T.isNumeric(type)) {
    writeNumber(w, v)
    return
  }
  w.byte(T.rankOf(type))
  switch (type) {
    case T.STRING:
    case T.SYMBOL:
    case T.CODE:
      if (textKey && type !== T.CODE) {
        const key = textKey(buf.toString('utf8', start + 4, end - 1))
        w.text(key, 0, key.length)
      } else w.text(buf, start + 4, end - 1)
      return
    case T.OBJECT:
    case T.ARRAY:
      writeFields(w, v, textKey)
      return
    case T.BINARY: {
      const length = buf.readInt32LE(start)
      w.room(4)
      w.at = w.buf.writeUInt32BE(length, w.at)
      w.bytes(buf, start + 4, end)
      return
    }
    case T.DATE:
      w.reversed(buf, start, end)
      w.buf[w.at - 8] = (w.buf[w.at - 8] as number) ^ 0x80
      return
    case T.TIMESTAMP:
      w.reversed(buf, start, end)
      return
    case T.REGEX: {
      let p = start
      while (buf[p] !== 0) p++
      w.text(buf, start, p)
      w.text(buf, p + 1, end - 1)
      return
    }
    case T.CODE_W_SCOPE:
    case T.DB_POINTER:
      w.text(buf, start, end)
      return
    default:
      w.bytes(buf, start, end)
      return
  }
}

/** The key byte of a field that is not there: the same as null. */
export const MISSING_KEY_BYTE = T.rankOf(T.NULL)
