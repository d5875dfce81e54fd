import { createHash, type Hash } from 'node:crypto'
import * as T from '../bson/types.ts'
import { Fields, type Value } from '../bson/value.ts'
import { cutLong, readNumber } from '../filter/number.ts'

/** Numbers of types, those that count as one having the same. */
const CANONICAL: Readonly<Record<number, number>> = {
  [T.MIN_KEY]: -1,
  [T.UNDEFINED]: 0,
  [T.NULL]: 5,
  [T.DOUBLE]: 10,
  [T.INT32]: 10,
  [T.INT64]: 10,
  [T.DECIMAL]: 10,
  [T.STRING]: 15,
  [T.SYMBOL]: 15,
  [T.OBJECT]: 20,
  [T.ARRAY]: 25,
  [T.BINARY]: 30,
  [T.OBJECT_ID]: 35,
  [T.BOOL]: 40,
  [T.DATE]: 45,
  [T.TIMESTAMP]: 47,
  [T.REGEX]: 50,
  [T.DB_POINTER]: 55,
  [T.CODE]: 60,
  [T.CODE_W_SCOPE]: 65,
  [T.MAX_KEY]: 127,
}
const SEED = 0
const END = 0

const int32 = (n: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32LE(n)
  return bytes
}

/** All numbers are hashed as int64, without their fraction. */
const numberBytes = (v: Value): Buffer => {
  const bytes = Buffer.alloc(8)
  const n = readNumber(v)
  const least = -(2n ** 63n)
  const beyond = n > 2 ** 63 ? -(least + 1n) : Number.isNaN(n) ? 0n : least
  bytes.writeBigInt64LE(cutLong(v) ?? beyond)
  return bytes
}

const addDoc = (hash: Hash, buf: Buffer, start: number): void => {
  const fields = new Fields(buf, start)
  while (fields.next()) addValue(hash, fields.value, buf.subarray(fields.nameStart, fields.nameEnd + 1))
  hash.update(int32(END))
}

const addValue = (hash: Hash, v: Value, name: Buffer): void => {
  hash.update(int32(CANONICAL[v.type] ?? 0)).update(name)
  if (T.isNumeric(v.type)) hash.update(numberBytes(v))
  else if (v.type === T.OBJECT || v.type === T.ARRAY) addDoc(hash, v.buf, v.start)
  else hash.update(v.buf.subarray(v.start, v.end))
}

/** MongoDB's hash of a value, as its hashed indexes hold it; shards are found by it, so that clients count on the number. */
export const hashedKey = (v: Value): bigint => {
  const hash = createHash('md5').update(int32(SEED))
  addValue(hash, v, Buffer.alloc(0))
  return hash.digest().readBigInt64LE()
}
