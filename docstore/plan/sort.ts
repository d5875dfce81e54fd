import { toJs } from '../bson/js.ts'
import * as T from '../bson/types.ts'
import { entriesOf, Fields, findField, type Value } from '../bson/value.ts'
import { badValue, CommandError } from '../errors.ts'
import { readNumber } from '../filter/number.ts'
import { encodeValue } from '../keys/encode.ts'
import { KeyWriter } from '../keys/key-writer.ts'
import { type Path, pathOf } from '../keys/path.ts'
import type { Row } from '../store/collection.ts'
import type { SortField } from './choose.ts'

/** Parses a sort document; `$natural` and `$meta` are the caller's affair. */
export const parseSort = (v: Value | undefined): SortField[] =>
  (v ? entriesOf(v) : []).map(([name, direction]) => {
    if (name === '') throw new CommandError(56, 'FieldPath cannot be constructed with empty string')
    if (name.startsWith('$')) throw new CommandError(16410, `FieldPath field names may not start with '$': ${name}`)
    const n = T.isNumeric(direction.type) ? readNumber(direction) : Number.NaN
    if (direction.type === T.OBJECT)
      throw badValue(`Illegal key in $sort specification: ${JSON.stringify(toJs(direction))}`)
    if (n !== 1 && n !== -1)
      throw new CommandError(15975, '$sort key ordering must be 1 (for ascending) or -1 (for descending)')
    return { path: pathOf(name), direction: n as 1 | -1 }
  })

const writer = new KeyWriter()
const NULL_KEY = Buffer.from([T.rankOf(T.NULL)])
const EMPTY_ARRAY_KEY = Buffer.from([T.rankOf(T.UNDEFINED)])

const keyOf = (v: Value): Buffer => {
  writer.at = 0
  encodeValue(writer, v)
  return writer.done()
}

const collect = (v: Value | undefined, path: Path, depth: number, out: Buffer[]): void => {
  if (!v) {
    out.push(NULL_KEY)
  } else if (v.type === T.ARRAY) {
    const items = new Fields(v.buf, v.start)
    let any = false
    const wanted = depth < path.names.length ? (path.positions[depth] as number) : -1
    for (let i = 0; items.next(); i++) {
      any = true
      if (depth === path.names.length) out.push(keyOf(items.value))
      else if (i === wanted) collect(items.value, path, depth + 1, out)
      else if (wanted < 0) collect(items.type === T.OBJECT ? items.value : undefined, path, depth, out)
    }
    if (!any) out.push(depth === path.names.length ? EMPTY_ARRAY_KEY : NULL_KEY)
  } else if (depth === path.names.length) out.push(keyOf(v))
  else
    collect(
      v.type === T.OBJECT ? findField(v.buf, v.start, path.names[depth] as Buffer) : undefined,
      path,
      depth + 1,
      out,
    )
}

/** The bytes by which a document is sorted: an array counts by its smallest element, or its largest when descending. */
export const sortKeyOf = (doc: Buffer, sort: readonly SortField[]): Buffer => {
  const parts = sort.map(({ path, direction }) => {
    const keys: Buffer[] = []
    collect(findField(doc, 0, path.names[0] as Buffer), path, 1, keys)
    const best = keys.reduce((a, b) => (Buffer.compare(a, b) > 0 === direction > 0 ? b : a), keys[0] ?? NULL_KEY)
    return direction > 0 ? best : Buffer.from(best.map((byte) => ~byte & 0xff))
  })
  return parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts)
}

/** Memory a sort may hold before it is refused, in bytes. */
const MAX_SORT_BYTES = 256 * 1024 * 1024

interface Keyed {
  readonly key: Buffer
  readonly row: Row
}

const byKey = (a: Keyed, b: Keyed): number => Buffer.compare(a.key, b.key)

/** Sorts rows; with a limit only that many are kept on the way. Throws 292 beyond 256 MB. */
export const sortRows = (rows: Iterable<Row>, sort: readonly SortField[], limit: number): Row[] => {
  let kept: Keyed[] = []
  let bytes = 0
  const trim = limit > 0 ? limit * 2 + 1000 : Infinity
  for (const row of rows) {
    kept.push({ key: sortKeyOf(row.doc, sort), row })
    bytes += row.doc.length
    if (kept.length >= trim) {
      kept = kept.sort(byKey).slice(0, limit)
      bytes = kept.reduce((sum, { row: { doc } }) => sum + doc.length, 0)
    }
    if (bytes > MAX_SORT_BYTES) throw new CommandError(292, 'Sort exceeded memory limit; add an index for it')
  }
  kept.sort(byKey)
  return (limit > 0 ? kept.slice(0, limit) : kept).map(({ row }) => row)
}
