import { type Document, serialize } from 'bson'

/** A value as its bytes, also of types no driver makes any more. */
export class Raw {
  readonly type: number
  readonly payload: Buffer
  constructor(type: number, payload: Buffer) {
    this.type = type
    this.payload = payload
  }
}

const cstring = (text: string): Buffer => Buffer.from(`${text}\0`)

/** A length, a text and its NUL, as BSON has it. */
export const textBytes = (text: string): Buffer => {
  const bytes = cstring(text)
  const length = Buffer.alloc(4)
  length.writeInt32LE(bytes.length)
  return Buffer.concat([length, bytes])
}

/** The value as the driver's BSON library writes it. */
export const rawOf = (value: unknown): Raw => {
  if (value instanceof Raw) return value
  if (Array.isArray(value)) return new Raw(4, bytesOf(Object.fromEntries(value.entries())))
  if (value && Object.getPrototypeOf(value) === Object.prototype) return new Raw(3, bytesOf(value as Document))
  const doc = Buffer.from(serialize({ v: value }))
  return new Raw(doc[4] as number, doc.subarray(7, -1))
}

/** A document whose values may be `Raw`. */
export const bytesOf = (doc: Document): Buffer => {
  const parts = Object.entries(doc).flatMap(([name, value]) => {
    const { type, payload } = rawOf(value)
    return [Buffer.from([type]), cstring(name), payload]
  })
  const all = Buffer.concat([Buffer.alloc(4), ...parts, Buffer.alloc(1)])
  all.writeInt32LE(all.length)
  return all
}
