import { createHash } from 'node:crypto'
import * as T from '../bson/types.ts'
import { Fields, findField, Value } from '../bson/value.ts'
import { CommandError } from '../errors.ts'
import { encodeValue, MISSING_KEY_BYTE, type TextKey } from './encode.ts'
import { KeyWriter } from './key-writer.ts'
import type { Path } from './path.ts'

/** One field of an index: its path, 1 or -1, and whether keys hold a hash in place of the value. */
export interface KeyField {
  readonly path: Path
  readonly direction: 1 | -1
  readonly hashed?: boolean
}

/** The keys of one document in one index. */
export interface Keys {
  readonly keys: Buffer[]
  /** an array was met, so one document may have several keys */
  readonly multikey: boolean
  /** at least one of the indexed fields exists */
  readonly present: boolean
}

const writer = new KeyWriter()
const EMPTY = Buffer.alloc(0)
const UNDEFINED_VALUE = new Value(EMPTY, T.UNDEFINED, 0, 0)

interface Position {
  readonly value: Value | undefined
  readonly depth: number
  readonly done: boolean
}

const appendField = (value: Value | undefined, field: Omit<KeyField, 'path'>, textKey: TextKey | undefined): void => {
  const mark = writer.at
  if (value) encodeValue(writer, value, textKey)
  else writer.byte(MISSING_KEY_BYTE)
  if (field.hashed) {
    const hash = hashOf(writer.buf.subarray(mark, writer.at))
    writer.at = mark
    writer.bytes(hash, 0, hash.length)
  }
  if (field.direction < 0) writer.invert(mark)
}

const HASH_BYTES = 8

/** What stands in a hashed field for a value's key. */
export const hashOf = (key: Buffer): Buffer => createHash('sha256').update(key).digest().subarray(0, HASH_BYTES)

const at = (array: Value, index: number): Value | undefined => {
  const fields = new Fields(array.buf, array.start)
  for (let i = 0; fields.next(); i++) if (i === index) return fields.value
  return undefined
}

/** Goes down a path until its end, a missing field or an array that must be spread. */
const advance = (from: Position, path: Path): Position => {
  let { value, depth } = from
  if (from.done) return from
  while (value) {
    if (value.type === T.ARRAY) {
      const index = depth < path.names.length ? (path.positions[depth] as number) : -1
      if (index < 0) return { value, depth, done: false }
      value = at(value, index)
      depth++
      continue
    }
    if (depth === path.names.length) return { value, depth, done: true }
    value = value.type === T.OBJECT ? findField(value.buf, value.start, path.names[depth] as Buffer) : undefined
    depth++
  }
  return { value: undefined, depth, done: true }
}

/** Gives the values of the fields, once for every element of an array they go through. Throws 171 for two arrays. */
const spread = (
  fields: readonly Pick<KeyField, 'path'>[],
  from: Position[],
  give: (values: (Value | undefined)[], empty: boolean) => void,
  inEmpty = false,
): void => {
  const positions = from.map((position, i) => advance(position, (fields[i] as KeyField).path))
  const array = positions.find((p) => !p.done)?.value
  if (!array) {
    give(
      positions.map((p) => p.value),
      inEmpty,
    )
    return
  }
  if (positions.some((p) => !p.done && p.value?.start !== array.start))
    throw new CommandError(171, 'cannot index parallel arrays')
  const each = (item: Value | undefined, empty: boolean): void =>
    spread(
      fields,
      positions.map((p, i) => {
        if (p.done) return p
        const last = p.depth === (fields[i] as KeyField).path.names.length
        if (last) return { value: item ?? UNDEFINED_VALUE, depth: p.depth, done: true }
        return { value: item?.type === T.OBJECT ? item : undefined, depth: p.depth, done: item?.type !== T.OBJECT }
      }),
      give,
      inEmpty || empty,
    )
  const items = new Fields(array.buf, array.start)
  let empty = true
  while (items.next()) {
    empty = false
    each(items.value, false)
  }
  if (empty) each(undefined, true)
}

const spreadAll = (
  doc: Buffer,
  fields: readonly Pick<KeyField, 'path'>[],
  give: (values: (Value | undefined)[], empty: boolean) => void,
): void => {
  const root = new Value(doc, T.OBJECT, 0, doc.length)
  spread(
    fields,
    fields.map(() => ({ value: root, depth: 0, done: false })),
    give,
  )
}

/** The values of the fields of a document as an index over them would hold them together. Throws 171 as extractKeys does. */
export const extractValues = (doc: Buffer, fields: readonly Pick<KeyField, 'path'>[]): (Value | undefined)[][] => {
  const out: (Value | undefined)[][] = []
  spreadAll(doc, fields, (values) => out.push(values))
  return out
}

/** The keys of a document in an index over these fields. Throws 171 when two of them are different arrays. */
export const extractKeys = (doc: Buffer, fields: readonly KeyField[], textKey?: TextKey): Keys => {
  writer.at = 0
  let present = false
  for (const field of fields) {
    const { path } = field
    let value: Value | undefined = findField(doc, 0, path.names[0] as Buffer)
    let depth = 1
    for (; value?.type === T.OBJECT && depth < path.names.length; depth++)
      value = findField(doc, value.start, path.names[depth] as Buffer)
    if (value?.type === T.ARRAY) {
      checkHashed(fields)
      const out = new Map<string, Buffer>()
      let any = false
      spreadAll(doc, fields, (values, empty) => {
        any ||= empty || values.some((v) => v !== undefined)
        writer.at = 0
        for (const [i, v] of values.entries()) appendField(v, fields[i] as KeyField, textKey)
        const key = writer.done()
        out.set(key.toString('latin1'), key)
      })
      return { keys: [...out.values()], multikey: true, present: any }
    }
    if (depth < path.names.length) value = undefined
    if (value) present = true
    appendField(value, field, textKey)
  }
  return { keys: [writer.done()], multikey: false, present }
}

const ASCENDING = { direction: 1 } as const

const checkHashed = (fields: readonly KeyField[]): void => {
  const hashed = fields.find((field) => field.hashed)
  if (hashed)
    throw new CommandError(
      16766,
      `hashed indexes do not currently support array values. Found array at path: ${hashed.path.text}`,
    )
}

/** The key of a single value, as an ascending index field holds it. */
export const keyOf = (value: Value | undefined, textKey?: TextKey): Buffer => {
  writer.at = 0
  appendField(value, ASCENDING, textKey)
  return writer.done()
}
