import * as T from './types.ts'

/** Levels of nesting that are accepted in a message; what is stored may have 180. */
export const MAX_DEPTH = 200

/** Bytes that are not BSON. The connection that sent them is closed. */
export class BsonError extends Error {}

/** BSON that is nested too deeply: the client is told 15. */
export class DepthError extends BsonError {}

const bad = (what: string): never => {
  throw new BsonError(what)
}

const text = (buf: Buffer, at: number, stop: number): number => {
  if (at + 5 > stop) bad('a string is cut off')
  const length = buf.readInt32LE(at)
  const end = at + 4 + length
  if (length < 1 || end > stop) bad('a string has a wrong length')
  if (buf[end - 1] !== 0) bad('a string does not end in NUL')
  return end
}

const cstring = (buf: Buffer, at: number, stop: number): number => {
  let p = at
  while (p < stop && buf[p] !== 0) p++
  if (p >= stop) bad('a name does not end in NUL')
  return p + 1
}

const payloadEnd = (type: number, buf: Buffer, at: number, stop: number, depth: number): number => {
  switch (type) {
    case T.DOUBLE:
    case T.DATE:
    case T.TIMESTAMP:
    case T.INT64:
      return at + 8
    case T.INT32:
      return at + 4
    case T.STRING:
    case T.CODE:
    case T.SYMBOL:
      return text(buf, at, stop)
    case T.OBJECT:
    case T.ARRAY:
      return validateDoc(buf, at, stop, depth + 1)
    case T.BINARY: {
      if (at + 5 > stop) bad('binary data is cut off')
      const length = buf.readInt32LE(at)
      if (length < 0) bad('binary data has a negative length')
      return at + 5 + length
    }
    case T.OBJECT_ID:
      return at + 12
    case T.BOOL:
      if ((buf[at] as number) > 1) bad('a boolean is neither 0 nor 1')
      return at + 1
    case T.DECIMAL:
      return at + 16
    case T.REGEX:
      return cstring(buf, cstring(buf, at, stop), stop)
    case T.DB_POINTER:
      return text(buf, at, stop) + 12
    case T.CODE_W_SCOPE: {
      if (at + 14 > stop) bad('code with scope is cut off')
      const end = at + buf.readInt32LE(at)
      if (end > stop || end < at + 14) bad('code with scope has a wrong length')
      if (validateDoc(buf, text(buf, at + 4, end), end, depth + 1) !== end) bad('code with scope has a wrong length')
      return end
    }
    case T.NULL:
    case T.UNDEFINED:
    case T.MIN_KEY:
    case T.MAX_KEY:
      return at
    default:
      return bad(`unknown type ${type}`)
  }
}

/**
 * Checks the document at `at` against the bytes up to `stop` and returns where it ends.
 * After this no reader of the document needs to check lengths again.
 */
export const validateDoc = (buf: Buffer, at: number, stop: number, depth = 0): number => {
  if (depth > MAX_DEPTH) throw new DepthError(`BSONObj exceeds maximum nested object depth: ${MAX_DEPTH}`)
  if (at + 5 > stop) bad('a document is cut off')
  const length = buf.readInt32LE(at)
  const end = at + length
  if (length < 5 || end > stop) bad('a document has a wrong length')
  if (buf[end - 1] !== 0) bad('a document does not end in NUL')
  let p = at + 4
  while (p < end - 1) {
    const type = buf[p] as number
    p = payloadEnd(type, buf, cstring(buf, p + 1, end - 1), end - 1, depth)
    if (p > end - 1) bad('a value runs over the end of its document')
  }
  return end
}
