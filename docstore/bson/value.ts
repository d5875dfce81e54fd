import { CommandError } from '../errors.ts'
import * as T from './types.ts'

/** A value inside BSON bytes: its type, and where its payload starts and ends. The bytes must have been validated. */
export class Value {
  readonly buf: Buffer
  readonly type: number
  readonly start: number
  readonly end: number
  constructor(buf: Buffer, type: number, start: number, end: number) {
    this.buf = buf
    this.type = type
    this.start = start
    this.end = end
  }
}

/** Bytes a value's payload takes, given its type and where it starts. */
export const sizeOf = (type: number, buf: Buffer, at: number): number => {
  switch (type) {
    case T.DOUBLE:
    case T.DATE:
    case T.TIMESTAMP:
    case T.INT64:
      return 8
    case T.INT32:
      return 4
    case T.STRING:
    case T.CODE:
    case T.SYMBOL:
      return 4 + buf.readInt32LE(at)
    case T.OBJECT:
    case T.ARRAY:
    case T.CODE_W_SCOPE:
      return buf.readInt32LE(at)
    case T.BINARY:
      return 5 + buf.readInt32LE(at)
    case T.OBJECT_ID:
      return 12
    case T.BOOL:
      return 1
    case T.DECIMAL:
      return 16
    case T.REGEX:
      return cstringEnd(buf, cstringEnd(buf, at)) - at
    case T.DB_POINTER:
      return 4 + buf.readInt32LE(at) + 12
    default:
      return 0
  }
}

/** The offset after the NUL that ends the text at `at`. */
export const cstringEnd = (buf: Buffer, at: number): number => {
  let p = at
  while (buf[p] !== 0) p++
  return p + 1
}

/** A walk over the fields of a document or array; call `next()` until it says false. */
export class Fields {
  readonly buf: Buffer
  private at: number
  private readonly stop: number
  type = 0
  nameStart = 0
  nameEnd = 0
  start = 0
  end = 0
  constructor(buf: Buffer, docStart: number) {
    this.buf = buf
    this.at = docStart + 4
    this.stop = docStart + buf.readInt32LE(docStart) - 1
  }
  next(): boolean {
    if (this.at >= this.stop) return false
    const { buf } = this
    this.type = buf[this.at] as number
    this.nameStart = this.at + 1
    let p = this.nameStart
    while (buf[p] !== 0) p++
    this.nameEnd = p
    this.start = p + 1
    this.end = this.start + sizeOf(this.type, buf, this.start)
    this.at = this.end
    return true
  }
  get name(): string {
    return this.buf.toString('utf8', this.nameStart, this.nameEnd)
  }
  get value(): Value {
    return new Value(this.buf, this.type, this.start, this.end)
  }
  nameIs(name: Buffer): boolean {
    const length = name.length
    if (this.nameEnd - this.nameStart !== length) return false
    for (let i = 0; i < length; i++) if (this.buf[this.nameStart + i] !== name[i]) return false
    return true
  }
}

/** The first field of that name in the document at `docStart`. */
export const findField = (buf: Buffer, docStart: number, name: Buffer): Value | undefined => {
  let p = docStart + 4
  const stop = docStart + buf.readInt32LE(docStart) - 1
  const length = name.length
  while (p < stop) {
    const type = buf[p++] as number
    let i = 0
    while (i < length && buf[p + i] === name[i]) i++
    const hit = i === length && buf[p + i] === 0
    if (!hit) {
      // `i` counts bytes equal to the name, none of which is a NUL
      p += i
      while (buf[p] !== 0) p++
      p++
      p += sizeOf(type, buf, p)
      continue
    }
    p += i + 1
    return new Value(buf, type, p, p + sizeOf(type, buf, p))
  }
  return undefined
}

/** A whole document as a value. */
export const docValue = (buf: Buffer, start = 0): Value =>
  new Value(buf, T.OBJECT, start, start + buf.readInt32LE(start))

/** The bytes of an embedded document or array. */
export const bytesOf = (v: Value): Buffer => v.buf.subarray(v.start, v.end)

export const isContainer = (type: number): boolean => type === T.OBJECT || type === T.ARRAY

/** What was to be a document or a list, and was not looked at before: its bytes would be read as lengths. */
const checkContainer = ({ type }: Value): void => {
  if (!isContainer(type)) throw new CommandError(14, `Expected an object or an array, found ${T.typeName(type)}`)
}

/** Every field of a document in order, names decoded; for commands and filters, not for the hot path. Throws 14. */
export const entriesOf = (v: Value): [string, Value][] => {
  checkContainer(v)
  const out: [string, Value][] = []
  const fields = new Fields(v.buf, v.start)
  while (fields.next()) out.push([fields.name, fields.value])
  return out
}

/** Elements of an array. Throws 14. */
export const itemsOf = (v: Value): Value[] => {
  checkContainer(v)
  const out: Value[] = []
  const fields = new Fields(v.buf, v.start)
  while (fields.next()) out.push(fields.value)
  return out
}

export const isEmptyDoc = (v: Value): boolean => v.end - v.start === 5

export const stringOf = (v: Value): string => v.buf.toString('utf8', v.start + 4, v.end - 1)

/** Two values of the same type and bytes. */
export const sameBytes = (a: Value, b: Value): boolean =>
  a.type === b.type && a.buf.compare(b.buf, b.start, b.end, a.start, a.end) === 0
