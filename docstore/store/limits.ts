import * as T from '../bson/types.ts'
import { Fields } from '../bson/value.ts'
import { CommandError } from '../errors.ts'

/** Levels of nesting a stored document may have. */
export const MAX_STORED_DEPTH = 180

/** The largest document that is stored, in bytes. */
export const MAX_DOC_BYTES = 16 * 1024 * 1024

/** What a level of nesting takes at least: a type, an empty name, a length and two NULs. */
const LEVEL_BYTES = 7

const isDeeper = (buf: Buffer, start: number, left: number): boolean => {
  if (left === 0) return true
  const fields = new Fields(buf, start)
  while (fields.next())
    if (
      (fields.type === T.OBJECT || fields.type === T.ARRAY) &&
      fields.end - fields.start > (left - 1) * LEVEL_BYTES &&
      isDeeper(buf, fields.start, left - 1)
    )
      return true
  return false
}

/** Throws 15 for a document that is nested more deeply than may be stored. */
const checkDepth = (doc: Buffer): void => {
  if (doc.length > MAX_STORED_DEPTH * LEVEL_BYTES && isDeeper(doc, 0, MAX_STORED_DEPTH))
    throw new CommandError(15, `cannot insert document because it exceeds ${MAX_STORED_DEPTH} levels of nesting`)
}

/** Throws 2 for a new document that is too large, 15 for one that is nested too deeply. */
export const checkNew = (doc: Buffer): void => {
  if (doc.length > MAX_DOC_BYTES)
    throw new CommandError(2, `object to insert too large. size in bytes: ${doc.length}, max size: ${MAX_DOC_BYTES}`)
  checkDepth(doc)
}

/** Throws 17419 for a document that became too large, 15 for one that became nested too deeply. */
export const checkChanged = (doc: Buffer): void => {
  if (doc.length > MAX_DOC_BYTES)
    throw new CommandError(17419, `Resulting document after update is larger than ${MAX_DOC_BYTES}`)
  checkDepth(doc)
}
