import * as T from '../bson/types.ts'
import { entriesOf, itemsOf, type Value } from '../bson/value.ts'
import { badValue } from '../errors.ts'
import { readNumber } from '../filter/number.ts'
import { keyOf } from '../keys/extract.ts'
import { parseSort, sortKeyOf } from '../plan/sort.ts'
import { changed, listOf } from './lists.ts'
import type { Prepared } from './operator.ts'
import { Tree } from './tree.ts'

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

const sorterOf = (sort: Value): Sorter => {
  if (T.isNumeric(sort.type)) {
    const way = direction(sort)
    return byKey((tree) => keyOf(tree.toValue()), way)
  }
  if (sort.type !== T.OBJECT)
    throw badValue('The $sort is invalid: use 1/-1 to sort the whole element, or {field:1/-1} to sort embedded fields')
  const parts = entriesOf(sort)
  if (parts.length === 0) throw badValue('The $sort pattern is empty when it should be a set of fields.')
  for (const [path, v] of parts) {
    checkSortPath(path)
    direction(v)
  }
  const fields = parseSort(sort)
  return byKey((tree) => {
    const value = tree.toValue()
    return value.type === T.OBJECT ? sortKeyOf(value.buf.subarray(value.start, value.end), fields) : keyOf(value)
  }, 1)
}

const byKey = (key: (tree: Tree) => Buffer, way: number): Sorter => {
  return (items) =>
    items
      .map((tree) => ({ tree, key: key(tree) }))
      .sort((a, b) => Buffer.compare(a.key, b.key) * way)
      .map(({ tree }) => tree)
}

const readPush = (arg: Value): Push => {
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
    else if (name === '$sort') out.sort = sorterOf(v)
    else throw badValue(`Unrecognized clause in $push: ${name}`)
  }
  return out
}

/** $push with its clauses. Throws 2 for clauses that make no sense. */
export const preparePush = (arg: Value): Prepared => {
  const { each, position, slice, sort } = readPush(arg)
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
