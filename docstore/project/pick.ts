import * as T from '../bson/types.ts'
import { Fields } from '../bson/value.ts'
import { Writer } from '../bson/writer.ts'

/** Gives the projected bytes of a stored document. */
export type Projection = (doc: Buffer) => Buffer

/** Names to take or leave out; `true` is the whole field, a shape is parts of it. */
export type Shape = Map<string, true | Shape>

const copy = (w: Writer, fields: Fields): void => {
  w.byte(fields.type)
  w.raw(fields.buf, fields.nameStart, fields.end)
}

const writeArray = (w: Writer, buf: Buffer, start: number, shape: Shape, including: boolean): void => {
  const mark = w.open()
  const items = new Fields(buf, start)
  let at = 0
  while (items.next()) {
    const container = items.type === T.OBJECT || items.type === T.ARRAY
    if (!container && including) continue
    w.name(items.type, String(at++))
    if (items.type === T.OBJECT) writeDoc(w, buf, items.start, shape, including)
    else if (items.type === T.ARRAY) writeArray(w, buf, items.start, shape, including)
    else w.raw(buf, items.start, items.end)
  }
  w.close(mark)
}

const writeDoc = (w: Writer, buf: Buffer, start: number, shape: Shape, including: boolean): void => {
  const mark = w.open()
  const fields = new Fields(buf, start)
  while (fields.next()) {
    const rule = shape.get(fields.name)
    if (rule === undefined) {
      if (!including) copy(w, fields)
    } else if (rule === true) {
      if (including) copy(w, fields)
    } else if (fields.type === T.OBJECT || fields.type === T.ARRAY) {
      w.byte(fields.type)
      w.raw(buf, fields.nameStart, fields.start)
      if (fields.type === T.OBJECT) writeDoc(w, buf, fields.start, rule, including)
      else writeArray(w, buf, fields.start, rule, including)
    } else if (!including) copy(w, fields)
  }
  w.close(mark)
}

/** The document with only these fields, or without them. Bytes are copied, nothing is decoded. */
export const pick = (doc: Buffer, shape: Shape, including: boolean): Buffer => {
  const w = new Writer(doc.length + 16)
  writeDoc(w, doc, 0, shape, including)
  return w.done()
}
