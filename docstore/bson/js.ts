import { type Document, deserialize, serialize } from 'bson'
import { DOUBLE, OBJECT } from './types.ts'
import { bytesOf, docValue, findField, Value } from './value.ts'
import { Writer } from './writer.ts'

/** A JavaScript object as BSON bytes. */
export const toBson = (doc: Document): Buffer => {
  const bytes = serialize(doc, { ignoreUndefined: true })
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** A document as a JavaScript object, numbers promoted: for options and messages, never for what is stored. */
export const toJs = (v: Value): Document =>
  deserialize(bytesOf(v), { promoteValues: true, validation: { utf8: false } })

const V = Buffer.from('v')

/** Any value as JavaScript, numbers promoted. */
export const valueToJs = (v: Value): unknown => {
  if (v.type === OBJECT) return toJs(v)
  const w = new Writer(v.end - v.start + 16)
  const mark = w.open()
  w.value('v', v)
  w.close(mark)
  return deserialize(w.buf.subarray(0, w.at), { promoteValues: true, validation: { utf8: false } }).v
}

/** Any JavaScript value as a BSON value. */
export const valueFromJs = (js: unknown): Value => findField(toBson({ v: js ?? null }), 0, V) as Value

/** A number as a BSON double. */
export const doubleValue = (n: number): Value => {
  const buf = Buffer.alloc(8)
  buf.writeDoubleLE(n)
  return new Value(buf, DOUBLE, 0, 8)
}

/** The empty document. */
export const EMPTY_DOC: Value = docValue(Buffer.from([5, 0, 0, 0, 0]))
