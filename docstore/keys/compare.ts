import * as T from '../bson/types.ts'
import { Fields, stringOf, type Value } from '../bson/value.ts'
import type { Collation } from '../collation/collation.ts'
import { encodeValue } from './encode.ts'
import { KeyWriter } from './key-writer.ts'

const left = new KeyWriter()
const right = new KeyWriter()

const compareKeys = (a: Value, b: Value): number => {
  left.at = 0
  right.at = 0
  encodeValue(left, a)
  encodeValue(right, b)
  return left.buf.compare(right.buf, 0, right.at, 0, left.at)
}

const isText = (type: number): boolean => type === T.STRING || type === T.SYMBOL

const compareFields = (a: Value, b: Value, collation: Collation): number => {
  const x = new Fields(a.buf, a.start)
  const y = new Fields(b.buf, b.start)
  for (;;) {
    const more = x.next()
    if (!y.next()) return more ? 1 : 0
    if (!more) return -1
    const rank = T.rankOf(x.type) - T.rankOf(y.type)
    if (rank !== 0) return rank
    const name = a.type === T.OBJECT ? x.buf.compare(y.buf, y.nameStart, y.nameEnd, x.nameStart, x.nameEnd) : 0
    const order = name || compareValues(x.value, y.value, collation)
    if (order !== 0) return order
  }
}

const compareInts = (a: Value, b: Value): number => a.buf.readInt32LE(a.start) - b.buf.readInt32LE(b.start)

/** Below 0, 0 or above 0 in MongoDB's order of all types; texts by the collation if there is one. */
export const compareValues = (a: Value, b: Value, collation?: Collation): number => {
  if (a.type === T.INT32 && b.type === T.INT32) return compareInts(a, b)
  const rank = T.rankOf(a.type) - T.rankOf(b.type)
  if (rank !== 0) return rank
  if (collation && isText(a.type)) return collation.compare(stringOf(a), stringOf(b))
  const containers = (a.type === T.OBJECT && b.type === T.OBJECT) || (a.type === T.ARRAY && b.type === T.ARRAY)
  return collation && containers ? compareFields(a, b, collation) : compareKeys(a, b)
}

/** Whether a value is or holds text, so that a collation matters to it. */
export const holdsText = (v: Value): boolean => {
  if (isText(v.type)) return true
  if (v.type !== T.OBJECT && v.type !== T.ARRAY) return false
  const fields = new Fields(v.buf, v.start)
  while (fields.next()) if (holdsText(fields.value)) return true
  return false
}
