import * as T from '../bson/types.ts'
import { docValue, Fields, findField, isEmptyDoc, sameBytes, type Value } from '../bson/value.ts'
import { Writer } from '../bson/writer.ts'
import { CommandError } from '../errors.ts'
import type { Node, Test } from '../filter/node.ts'
import type { Variables } from '../filter/whole.ts'
import { topOf } from '../keys/path.ts'
import { shellText } from '../store/shell-text.ts'
import { applyChanges, type Occasion } from './apply.ts'
import { parseArrayFilters, parseChanges } from './parse.ts'
import { parsePipelineUpdate } from './pipeline.ts'

/** A parsed update of any of the three forms. */
export interface Update {
  /** the new document, or undefined when nothing changes */
  readonly apply: (doc: Value, occasion: Occasion) => Buffer | undefined
  /** top-level fields that may change; undefined: any */
  readonly touched: ReadonlySet<string> | undefined
  readonly replaces: boolean
  readonly arrayFilters: Occasion['arrayFilters']
}

const ID = Buffer.from('_id')

/** The replacement with the stored document's _id in front. Throws 66 when it brings another one. */
const replaced = (doc: Value, next: Value): Buffer => {
  const own = findField(doc.buf, doc.start, ID)
  const given = findField(next.buf, next.start, ID)
  if (own && given && !sameBytes(own, given) && shellText(own) !== shellText(given))
    throw new CommandError(
      66,
      `After applying the update, the (immutable) field '_id' was found to have been altered to _id: ${shellText(given)}`,
    )
  const id = own ?? given
  const w = new Writer(next.end - next.start + 64)
  const mark = w.open()
  if (id) w.value('_id', id)
  const fields = new Fields(next.buf, next.start)
  while (fields.next()) {
    if (fields.nameIs(ID)) continue
    w.byte(fields.type)
    w.raw(fields.buf, fields.nameStart, fields.end)
  }
  w.close(mark)
  return w.done()
}

const firstName = (v: Value): string => {
  const fields = new Fields(v.buf, v.start)
  return fields.next() ? fields.name : ''
}

const checkReplacement = (v: Value): void => {
  const fields = new Fields(v.buf, v.start)
  while (fields.next())
    if (fields.buf[fields.nameStart] === 0x24)
      throw new CommandError(
        52,
        `The dollar ($) prefixed field '${fields.name}' in '${fields.name}' is not allowed in the context of an update's replacement document. Consider using an aggregation pipeline with $replaceWith.`,
      )
}

const replacement = (u: Value): Update => {
  checkReplacement(u)
  const hasId = findField(u.buf, u.start, ID) !== undefined
  const apply = (doc: Value): Buffer | undefined => {
    const next = replaced(doc, u)
    // one that leaves the _id to the stored document is never the same as that
    return hasId && sameBytes(docValue(next), doc) ? undefined : next
  }
  return { apply, touched: undefined, replaces: true, arrayFilters: new Map() }
}

/** Parses an update: operators, a replacement, or a pipeline. */
export const parseUpdate = (u: Value, arrayFilters: readonly Value[] | undefined, variables: Variables): Update => {
  if (u.type === T.ARRAY) {
    if (arrayFilters?.length) throw new CommandError(9, 'arrayFilters may not be specified for pipeline-style updates')
    return { apply: parsePipelineUpdate(u, variables), touched: undefined, replaces: false, arrayFilters: new Map() }
  }
  if (u.type !== T.OBJECT) throw new CommandError(9, 'Update argument must be either an object or an array')
  if (isEmptyDoc(u) || !firstName(u).startsWith('$')) {
    if (arrayFilters?.length)
      throw new CommandError(9, 'arrayFilters may not be specified for replacement-style updates')
    return replacement(u)
  }
  const filters = parseArrayFilters(arrayFilters ?? [], variables)
  const changes = parseChanges(u, filters, variables)
  const touched = new Set(
    changes.flatMap(({ path, to }) => (to === undefined ? [topOf(path)] : [topOf(path), topOf(to)])),
  )
  return {
    apply: (doc, occasion) => applyChanges(doc, changes, occasion),
    touched,
    replaces: false,
    arrayFilters: filters,
  }
}

/** The one value a condition is met by: $in with a single value is an equality. */
const onlyValue = (test: Test): Value | undefined => {
  if (test.kind === 'eq') return test.value
  return test.kind === 'in' && test.keys?.length === 1 ? test.values?.[0] : undefined
}

const collectEqualities = (node: Node, out: Map<string, Value>): void => {
  if (node.kind === 'and') for (const part of node.parts) collectEqualities(part, out)
  if (node.kind === 'or' && node.parts.length === 1) collectEqualities(node.parts[0] as Node, out)
  const value = node.kind === 'field' ? onlyValue(node.test) : undefined
  if (node.kind !== 'field' || !value) return
  const { text } = node.path
  if (text.startsWith('_id.'))
    throw new CommandError(111, `field at '_id' must be exactly specified, field at sub-path '${text}'found`)
  for (const known of out.keys())
    if (known === text || known.startsWith(`${text}.`) || text.startsWith(`${known}.`))
      throw new CommandError(54, `cannot infer query fields to set, path '${text}' is matched twice`)
  out.set(text, value)
}

/** Equality conditions of a filter by path: what an upsert's new document begins with. Throws 54 on a contradiction. */
export const equalitiesOf = (filter: Node): Map<string, Value> => {
  const out = new Map<string, Value>()
  collectEqualities(filter, out)
  return out
}
