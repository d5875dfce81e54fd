import { ObjectId } from 'bson'
import * as T from '../bson/types.ts'
import { Fields, findField, type Value } from '../bson/value.ts'
import { Writer } from '../bson/writer.ts'
import { CommandError } from '../errors.ts'
import { checkNew } from './limits.ts'

const ID = Buffer.from('_id')

const checkId = (id: Value): void => {
  if (id.type === T.ARRAY || id.type === T.REGEX || id.type === T.UNDEFINED)
    throw new CommandError(53, `The '_id' value cannot be of type ${T.typeName(id.type)}`)
  if (id.type !== T.OBJECT) return
  const fields = new Fields(id.buf, id.start)
  while (fields.next())
    if (fields.buf[fields.nameStart] === 0x24 && !['$ref', '$id', '$db'].includes(fields.name))
      throw new CommandError(
        52,
        `The dollar ($) prefixed field '${fields.name}' in '_id.${fields.name}' is not valid for storage.`,
      )
}

const isZero = (fields: Fields): boolean => fields.buf.readBigUInt64LE(fields.start) === 0n

let counter = 0

const stamp = (w: Writer, nowMs: number): void => {
  w.int64((BigInt(Math.floor(nowMs / 1000)) << 32n) | BigInt(++counter & 0x7fffffff))
}

const completed = (doc: Value, nowMs: number): Buffer => {
  const id = findField(doc.buf, doc.start, ID)
  if (id) checkId(id)
  const idFirst = id !== undefined && id.start === doc.start + 9 && doc.buf[doc.start + 5] === 0x5f
  let zero = false
  let ids = 0
  const fields = new Fields(doc.buf, doc.start)
  while (fields.next()) {
    if (fields.type === T.TIMESTAMP && isZero(fields)) zero = true
    if (id && fields.nameIs(ID)) ids++
  }
  if (ids > 1) throw new CommandError(2, "can't have multiple _id fields in one document")
  if (idFirst && !zero) return doc.buf.subarray(doc.start, doc.end)
  const w = new Writer(doc.end - doc.start + 32)
  const mark = w.open()
  if (id) w.value('_id', id)
  else {
    w.name(T.OBJECT_ID, '_id')
    w.raw(Buffer.from(new ObjectId().id))
  }
  const rest = new Fields(doc.buf, doc.start)
  while (rest.next()) {
    if (rest.nameIs(ID)) continue
    w.byte(rest.type)
    w.raw(rest.buf, rest.nameStart, rest.start)
    if (rest.type === T.TIMESTAMP && isZero(rest)) stamp(w, nowMs)
    else w.raw(rest.buf, rest.start, rest.end)
  }
  w.close(mark)
  return w.done()
}

/**
 * The bytes to store for a new document: `_id` first, made if there is none; empty timestamps at the top set to now; everything
 * else exactly as the client sent it. Throws 52 and 53 for ids that are not allowed, 2 for what is
 * too large, 15 for what is nested too deeply.
 */
export const newDoc = (doc: Value, nowMs: number): Buffer => {
  const made = completed(doc, nowMs)
  checkNew(made)
  return made
}
