import * as T from '../bson/types.ts'
import { entriesOf, findField, itemsOf, Value } from '../bson/value.ts'
import type { Collation } from '../collation/collation.ts'
import { badValue } from '../errors.ts'
import { readNumber } from '../filter/number.ts'
import { compareValues } from '../keys/compare.ts'
import { changed, listOf } from './lists.ts'
import type { Prepare } from './operator.ts'
import { Tree } from './tree.ts'

const NULL_VALUE = new Value(Buffer.alloc(0), T.NULL, 0, 0)

type Sorter = (items: readonly Tree[]) => Tree[]

interface Push {
  each: Value[]
  position?: number
  slice?: number
  sort?: Sorter
}

const integer = (v: Value, wrong: string): number => {
  const n = T.isNumeric(v.type) ? readNumber(v) : Number.NaN
  if (!Number.isInteger(n)) throw badValue(`${wrong}: ${T.typeName(v.type)}`)
  return n
}

const direction = (v: Value): number => {
  const n = T.isNumeric(v.type) ? readNumber(v) : 0
  if (n !== 1 && n !== -1) throw badValue('The $sort element value must be either 1 or -1')
  return n
}

const checkSortPath = (path: string): void => {
  if (path === '') throw badValue('The $sort field cannot be empty')
  if (path.split('.').includes('')) throw badValue(`The $sort field is a dotted field but has an empty part: ${path}`)
}

const sorterOf = (sort: Value, collation: Collation | undefined): Sorter => {
  if (T.isNumeric(sort.type)) {
    const way = direction(sort)
    return (items) =>
      items
        .map((tree) => ({ tree, v: tree.toValue() }))
        .sort((a, b) => compareValues(a.v, b.v, collation) * way)
        .map(({ tree }) => tree)
  }
  if (sort.type !== T.OBJECT)
    throw badValue('The $sort is invalid: use 1/-1 to sort the whole element, or {field:1/-1} to sort embedded fields')
  const parts = entriesOf(sort)
  if (parts.length === 0) throw badValue('The $sort pattern is empty when it should be a set of fields.')
  for (const [path, v] of parts) {
    checkSortPath(path)
    direction(v)
  }
  const ways = parts.map(([path, v]) => ({ path, way: direction(v) }))
  return (items) =>
    items
      .map((tree) => ({ tree, key: wholeValues(tree.toValue(), ways) }))
      .sort((a, b) => compareWholes(a.key, b.key, ways, collation))
      .map(({ tree }) => tree)
}

interface Way {
  readonly path: string
  readonly way: number
}

/** What stands at a path, a list as a whole; a field that has dots in its name goes before. */
const wholeAt = (v: Value, path: string): Value => {
  const found = findField(v.buf, v.start, Buffer.from(path))
  if (found) return found
  const dot = path.indexOf('.')
  const inner = dot < 0 ? undefined : findField(v.buf, v.start, Buffer.from(path.slice(0, dot)))
  return inner?.type === T.OBJECT || inner?.type === T.ARRAY ? wholeAt(inner, path.slice(dot + 1)) : NULL_VALUE
}

/** What has no fields is sorted as a document without them. */
const wholeValues = (v: Value, ways: readonly Way[]): Value[] =>
  ways.map(({ path }) => (v.type === T.OBJECT ? wholeAt(v, path) : NULL_VALUE))

const compareWholes = (
  a: readonly Value[],
  b: readonly Value[],
  ways: readonly Way[],
  collation: Collation | undefined,
): number => {
  for (const [i, { way }] of ways.entries()) {
    const order = compareValues(a[i] as Value, b[i] as Value, collation)
    if (order !== 0) return order * way
  }
  return 0
}

const readPush = (arg: Value, collation: Collation | undefined): Push => {
  const parts = arg.type === T.OBJECT ? entriesOf(arg) : []
  if (!parts.some(([name]) => name === '$each')) return { each: [arg] }
  const out: Push = { each: [] }
  for (const [name, v] of parts) {
    if (name === '$each') {
      if (v.type !== T.ARRAY)
        throw badValue(`The argument to $each in $push must be an array but it was of type: ${T.typeName(v.type)}`)
      out.each = itemsOf(v)
    } else if (name === '$position')
      out.position = integer(v, 'The value for $position must be an integer value, not of type')
    else if (name === '$slice')
      out.slice = integer(v, 'The value for $slice must be an integer value but was given type')
    else if (name === '$sort') out.sort = sorterOf(v, collation)
    else throw badValue(`Unrecognized clause in $push: ${name}`)
  }
  return out
}

/** $push with its clauses. Throws 2 for clauses that make no sense. */
export const preparePush: Prepare = (arg, _path, { collation }) => {
  const { each, position, slice, sort } = readPush(arg, collation)
  return (old, spot) => {
    let items = old ? listOf(old, '$push', spot) : []
    const before = items.length
    const at = position === undefined ? before : position < 0 ? Math.max(before + position, 0) : position
    items.splice(at, 0, ...each.map((v) => new Tree(v)))
    if (sort) items = sort(items)
    if (slice !== undefined) items = slice < 0 ? items.slice(slice) : items.slice(0, slice)
    if (old && each.length === 0 && !sort && items.length === before) return old
    return changed(old, items)
  }
}
