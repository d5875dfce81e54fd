import * as T from '../bson/types.ts'
import { sameBytes, type Value } from '../bson/value.ts'
import type { Collation } from '../collation/collation.ts'
import { constantKeys } from '../collation/text-keys.ts'
import { compareValues, holdsText } from '../keys/compare.ts'
import { encodeValue } from '../keys/encode.ts'
import { keyOf } from '../keys/extract.ts'
import { KeyWriter } from '../keys/key-writer.ts'
import type { Test } from './node.ts'
import { regexTest } from './regex.ts'

const scratch = new KeyWriter()

const compareTo = (v: Value, key: Buffer): number => {
  scratch.at = 0
  encodeValue(scratch, v)
  return scratch.buf.compare(key, 0, key.length, 0, scratch.at)
}

const bytesDecide = (type: number): boolean =>
  type === T.STRING || type === T.OBJECT_ID || type === T.BOOL || type === T.DATE || type === T.INT32

/** Equality by value across number types; null is also a missing field. */
export const eqTest = (constant: Value, collation?: Collation): Test => {
  const key = keyOf(constant)
  const { type } = constant
  const text = holdsText(constant)
  const base = { kind: 'eq' as const, spread: true, key, type, value: constant, text }
  if (type === T.NULL) return { ...base, ask: (v) => v === undefined || v.type === T.NULL }
  const rank = T.rankOf(type)
  if (collation && text) {
    const ask = (v: Value | undefined): boolean => v !== undefined && compareValues(v, constant, collation) === 0
    return { ...base, exact: type !== T.ARRAY, ask }
  }
  const ask = (v: Value | undefined): boolean => {
    if (v === undefined) return false
    if (v.type === type) {
      if (sameBytes(v, constant)) return true
      if (bytesDecide(type)) return false
    } else if (T.rankOf(v.type) !== rank) return false
    return compareTo(v, key) === 0
  }
  return { ...base, exact: type !== T.ARRAY && type !== T.UNDEFINED, ask }
}

/** One of many, by a set of keys: the cost does not grow with their number. */
export const inTest = (constants: readonly Value[], collation?: Collation): Test => {
  const plain = constants.filter((c) => c.type !== T.REGEX)
  const patterns = constants.filter((c) => c.type === T.REGEX).map((c) => regexTest(c))
  const text = plain.some(holdsText)
  const textKey = collation && text ? constantKeys(collation, plain) : undefined
  const byText = new Map(plain.map((c) => keyOf(c, textKey)).map((key) => [key.toString('latin1'), key]))
  const withNull = plain.some((c) => c.type === T.NULL)
  const odd = withNull || plain.some((c) => c.type === T.ARRAY || c.type === T.UNDEFINED)
  const ask = (v: Value | undefined): boolean => {
    if (v === undefined) return withNull
    scratch.at = 0
    encodeValue(scratch, v, textKey)
    if (byText.has(scratch.buf.toString('latin1', 0, scratch.at))) return true
    return patterns.some((pattern) => pattern.ask(v))
  }
  if (patterns.length > 0) return { kind: 'other', spread: true, ask }
  const keys = [...byText.values()].sort(Buffer.compare)
  return { kind: 'in', spread: true, keys, ask, exact: !odd, type: odd ? T.NULL : 0, values: plain, text }
}

const isNaNValue = (v: Value): boolean =>
  (v.type === T.DOUBLE && Number.isNaN(v.buf.readDoubleLE(v.start))) ||
  (v.type === T.DECIMAL && ((v.buf[v.end - 1] as number) & 0x7c) === 0x7c)

/** Greater or less, within the constant's own type, as MongoDB brackets comparisons. */
export const rangeTest = (operator: '$gt' | '$gte' | '$lt' | '$lte', constant: Value, collation?: Collation): Test => {
  const key = keyOf(constant)
  const text = holdsText(constant)
  const { type } = constant
  const rank = T.rankOf(type)
  const all = type === T.MIN_KEY || type === T.MAX_KEY
  const nan = isNaNValue(constant)
  const withEqual = operator === '$gte' || operator === '$lte'
  const up = operator === '$gt' || operator === '$gte'
  const ask = (v: Value | undefined): boolean => {
    if (v === undefined) return all ? (type === T.MIN_KEY) === up : type === T.NULL && withEqual
    if (!all && T.rankOf(v.type) !== rank) return false
    if (rank === 0x20 && isNaNValue(v) !== nan) return false
    const order = collation && text ? compareValues(v, constant, collation) : compareTo(v, key)
    return order === 0 ? withEqual : !nan && order > 0 === up
  }
  const exact = !all && !nan && type !== T.NULL && type !== T.ARRAY && type !== T.OBJECT
  return { kind: 'range', spread: true, key, type, operator, ask, exact, value: constant, text }
}

/** Whether the field is there at all. */
export const existsTest: Test = { kind: 'exists', spread: false, ask: (v) => v !== undefined }
