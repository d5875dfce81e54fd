import { toJs } from '../bson/js.ts'
import * as T from '../bson/types.ts'
import { entriesOf, Fields, findField, Value } from '../bson/value.ts'
import type { Collation } from '../collation/collation.ts'
import { badValue, CommandError } from '../errors.ts'
import { readNumber } from '../filter/number.ts'
import { compareValues } from '../keys/compare.ts'
import { encodeValue } from '../keys/encode.ts'
import { extractKeys, extractValues } from '../keys/extract.ts'
import { KeyWriter } from '../keys/key-writer.ts'
import { type Path, pathOf } from '../keys/path.ts'
import { checkFieldPath } from '../project/path.ts'
import { shellText } from '../store/shell-text.ts'
import { checkBytes } from './memory.ts'
import type { SortField, SortWish } from './sort-field.ts'

/** Parses a sort document; `$natural` and `$meta` are the caller's affair. */
export const parseSort = (v: Value | undefined): SortField[] =>
  (v ? entriesOf(v) : []).map(([name, direction]) => {
    checkFieldPath(name)
    if (direction.type === T.OBJECT)
      throw badValue(`Illegal key in $sort specification: ${JSON.stringify(toJs(direction))}`)
    if (!T.isNumeric(direction.type))
      throw new CommandError(15974, `Illegal key in $sort specification: ${name}: ${shellText(direction)}`)
    const n = readNumber(direction)
    if (n !== 1 && n !== -1)
      throw new CommandError(15975, '$sort key ordering must be 1 (for ascending) or -1 (for descending)')
    return { path: pathOf(name), direction: n as 1 | -1 }
  })

/** the code of extractKeys for them */
const PARALLEL_ARRAYS = 171

const writer = new KeyWriter()
const NOTHING = Buffer.alloc(0)
const NULL_VALUE = new Value(NOTHING, T.NULL, 0, 0)
/** an empty array sorts before null */
const EMPTY_ARRAY = new Value(NOTHING, T.UNDEFINED, 0, 0)

const keyOf = (v: Value): Buffer => {
  writer.at = 0
  encodeValue(writer, v)
  return writer.done()
}

const collectValues = (v: Value | undefined, path: Path, depth: number, out: Value[]): void => {
  if (!v) {
    out.push(NULL_VALUE)
  } else if (v.type === T.ARRAY) {
    const items = new Fields(v.buf, v.start)
    const before = out.length
    let any = false
    const wanted = depth < path.names.length ? (path.positions[depth] as number) : -1
    for (let i = 0; items.next(); i++) {
      any = true
      if (depth === path.names.length) out.push(items.value)
      else if (i === wanted) collectValues(items.value, path, depth + 1, out)
      else if (wanted < 0) collectValues(items.type === T.OBJECT ? items.value : undefined, path, depth, out)
    }
    if (!any) out.push(depth === path.names.length ? EMPTY_ARRAY : NULL_VALUE)
    else if (wanted >= 0 && out.length === before) out.push(NULL_VALUE)
  } else if (depth === path.names.length) out.push(v)
  else
    collectValues(
      v.type === T.OBJECT ? findField(v.buf, v.start, path.names[depth] as Buffer) : undefined,
      path,
      depth + 1,
      out,
    )
}

/** What an index over the fields of a sort would hold for a document. Throws 2 when two of them are different arrays. */
const together = <R>(extract: () => R): R => {
  try {
    return extract()
  } catch (error) {
    if (!(error instanceof CommandError) || error.code !== PARALLEL_ARRAYS) throw error
    throw badValue('cannot sort with keys that are parallel arrays')
  }
}

const least = (keys: readonly Buffer[]): Buffer =>
  keys.reduce((a, b) => (Buffer.compare(a, b) > 0 ? b : a), keys[0] as Buffer)

/** The bytes by which a document is sorted: an array counts by its smallest element, or its largest when descending. */
export const sortKeyOf = (doc: Buffer, sort: readonly SortField[]): Buffer => {
  const [only, another] = sort
  if (!only || another) return least(together(() => extractKeys(doc, sort)).keys)
  const { path, direction } = only
  const values: Value[] = []
  collectValues(findField(doc, 0, path.names[0] as Buffer), path, 1, values)
  const keys = values.map(keyOf)
  if (direction > 0) return least(keys)
  return least(keys.map((key) => Buffer.from(key.map((byte) => ~byte & 0xff))))
}

interface Keyed<R, K> {
  readonly key: K
  readonly row: R
}

/** How rows of one sort are compared: by bytes made of their fields, or value by value where a collation orders texts. */
interface Order<K> {
  readonly keyOf: (doc: Buffer) => K
  readonly compare: (a: K, b: K) => number
}

const byBytes = (sort: readonly SortField[]): Order<Buffer> => ({
  keyOf: (doc) => sortKeyOf(doc, sort),
  compare: Buffer.compare,
})

const byCollation = (sort: readonly SortField[], collation: Collation): Order<readonly Value[]> => {
  const pick = (doc: Buffer, { path, direction }: SortField): Value => {
    const values: Value[] = []
    collectValues(findField(doc, 0, path.names[0] as Buffer), path, 1, values)
    return values.reduce((a, b) => (compareValues(a, b, collation) > 0 === direction > 0 ? b : a))
  }
  const compare = (a: readonly Value[], b: readonly Value[]): number => {
    for (const [i, { direction }] of sort.entries()) {
      const order = compareValues(a[i] as Value, b[i] as Value, collation)
      if (order !== 0) return order * direction
    }
    return 0
  }
  const keyOf = (doc: Buffer): readonly Value[] => {
    if (sort.length === 1) return sort.map((field) => pick(doc, field))
    const all = together(() => extractValues(doc, sort)).map((values) => values.map((v) => v ?? NULL_VALUE))
    return all.reduce((a, b) => (compare(a, b) > 0 ? b : a))
  }
  return { keyOf, compare }
}

/** Sorts rows; with a limit only that many are kept on the way. Throws 292 when they take too much memory. */
export const sortRows = <R extends { readonly doc: Buffer }>(
  rows: Iterable<R>,
  { sort, limit, collation }: SortWish,
): R[] => (collation ? sortBy(rows, limit, byCollation(sort, collation)) : sortBy(rows, limit, byBytes(sort)))

const sortBy = <R extends { readonly doc: Buffer }, K>(rows: Iterable<R>, limit: number, order: Order<K>): R[] => {
  const byKey = (a: Keyed<R, K>, b: Keyed<R, K>): number => order.compare(a.key, b.key)
  let kept: Keyed<R, K>[] = []
  let bytes = 0
  const trim = limit > 0 ? limit * 2 + 1000 : Infinity
  for (const row of rows) {
    kept.push({ key: order.keyOf(row.doc), row })
    bytes += row.doc.length
    if (kept.length >= trim) {
      kept = kept.sort(byKey).slice(0, limit)
      bytes = kept.reduce((sum, { row: { doc } }) => sum + doc.length, 0)
    }
    checkBytes('Sort', bytes)
  }
  kept.sort(byKey)
  return (limit > 0 ? kept.slice(0, limit) : kept).map(({ row }) => row)
}
