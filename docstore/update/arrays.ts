import * as T from '../bson/types.ts'
import { entriesOf, itemsOf, type Value } from '../bson/value.ts'
import { badValue, typeMismatch } from '../errors.ts'
import { matches } from '../filter/match.ts'
import { readNumber } from '../filter/number.ts'
import { isOperatorDoc, valueElement } from '../filter/operators.ts'
import { parseFilter } from '../filter/parse.ts'
import { regexTest } from '../filter/regex.ts'
import { keyOf } from '../keys/extract.ts'
import { parseSort, sortKeyOf } from '../plan/sort.ts'
import { shellText } from '../store/shell-text.ts'
import type { Operator, Spot } from './operator.ts'
import { emptyArray, Tree } from './tree.ts'

const text = (v: Value): string => keyOf(v).toString('latin1')

const listOf = (old: Tree, name: string, spot: Spot): Tree[] => {
  if (old.type === T.ARRAY) return [...old.items]
  const id = spot.id ? `{_id: ${shellText(spot.id)}}` : '{}'
  if (name === '$push' || name === '$addToSet')
    throw badValue(
      name === '$push'
        ? `The field '${spot.path}' must be an array but is of type ${T.typeName(old.type)} in document ${id}`
        : `Cannot apply $addToSet to non-array field. Field named '${spot.path}' has non-array type ${T.typeName(old.type)}`,
    )
  if (name === '$pop')
    throw typeMismatch(`Path '${spot.path}' contains an element of non-array type '${T.typeName(old.type)}'`)
  throw badValue(`Cannot apply ${name} to a non-array value`)
}

const changed = (old: Tree | undefined, items: Tree[]): Tree => {
  const next = old ? new Tree(old.value) : emptyArray()
  next.items = items
  return next
}

interface Push {
  each: Value[]
  position?: number
  slice?: number
  sort?: Value
}

const integer = (name: string, v: Value): number => {
  const n = T.isNumeric(v.type) ? readNumber(v) : Number.NaN
  if (!Number.isInteger(n))
    throw badValue(`The value for ${name} must be an integer value but was given type: ${T.typeName(v.type)}`)
  return n
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
    } else if (name === '$position') out.position = integer(name, v)
    else if (name === '$slice') out.slice = integer(name, v)
    else if (name === '$sort') out.sort = v
    else throw badValue(`Unrecognized clause in $push: ${name}`)
  }
  return out
}

const sorted = (items: Tree[], sort: Value): Tree[] => {
  const whole = T.isNumeric(sort.type)
  const direction = whole ? readNumber(sort) : 1
  if (whole && direction !== 1 && direction !== -1) throw badValue('The $sort element value must be either 1 or -1')
  if (!whole && sort.type !== T.OBJECT)
    throw badValue('The $sort is invalid: use 1/-1 to sort the whole element, or {field:1/-1} to sort embedded fields')
  const fields = whole ? [] : parseSort(sort)
  const keyed = items.map((tree) => {
    const value = tree.toValue()
    if (whole) return { tree, key: keyOf(value) }
    return {
      tree,
      key: value.type === T.OBJECT ? sortKeyOf(value.buf.subarray(value.start, value.end), fields) : keyOf(value),
    }
  })
  return keyed.sort((a, b) => Buffer.compare(a.key, b.key) * direction).map(({ tree }) => tree)
}

export const push: Operator = (old, arg, spot) => {
  const { each, position, slice, sort } = readPush(arg)
  let items = old ? listOf(old, '$push', spot) : []
  const at = position === undefined ? items.length : position < 0 ? Math.max(items.length + position, 0) : position
  items.splice(at, 0, ...each.map((v) => new Tree(v)))
  if (sort) items = sorted(items, sort)
  if (slice !== undefined) items = slice < 0 ? items.slice(slice) : items.slice(0, slice)
  if (old && each.length === 0 && sort === undefined && items.length === old.items.length) return old
  return changed(old, items)
}

export const addToSet: Operator = (old, arg, spot) => {
  const parts = arg.type === T.OBJECT ? entriesOf(arg) : []
  const each = parts[0]?.[0] === '$each' ? parts[0][1] : undefined
  if (each && each.type !== T.ARRAY)
    throw typeMismatch(
      `The argument to $each in $addToSet must be an array but it was of type ${T.typeName(each.type)}`,
    )
  if (each && parts.length > 1) throw badValue(`Found unexpected fields after $each in $addToSet: ${parts[1]?.[0]}`)
  const items = old ? listOf(old, '$addToSet', spot) : []
  const known = new Set(items.map((item) => text(item.toValue())))
  const before = items.length
  for (const v of each ? itemsOf(each) : [arg]) {
    if (known.has(text(v))) continue
    known.add(text(v))
    items.push(new Tree(v))
  }
  return old && items.length === before ? old : changed(old, items)
}

/** Which elements $pull removes: those equal to a value, or matching a condition on the element or its fields. */
const pullCondition = (arg: Value): ((item: Value) => boolean) => {
  if (isOperatorDoc(arg)) return valueElement(arg, { parse: (doc) => parseFilter(doc) })
  if (arg.type === T.REGEX) return regexTest(arg).ask
  if (arg.type === T.OBJECT) {
    const filter = parseFilter(arg)
    return (item) => item.type === T.OBJECT && matches(filter, item)
  }
  const key = text(arg)
  return (item) => text(item) === key
}

const without = (old: Tree | undefined, name: string, spot: Spot, gone: (item: Value) => boolean): Tree | undefined => {
  if (!old) return undefined
  const items = listOf(old, name, spot)
  const left = items.filter((item) => !gone(item.toValue()))
  return left.length === items.length ? old : changed(old, left)
}

export const pull: Operator = (old, arg, spot) => without(old, '$pull', spot, pullCondition(arg))

export const pullAll: Operator = (old, arg, spot) => {
  const gone = new Set(itemsOf(arg).map(text))
  return without(old, '$pullAll', spot, (item) => gone.has(text(item)))
}

export const pop: Operator = (old, arg, spot) => {
  if (!old) return undefined
  const items = listOf(old, '$pop', spot)
  if (items.length === 0) return old
  if (readNumber(arg) < 0) items.shift()
  else items.pop()
  return changed(old, items)
}

/** Checks the clauses of $push before any document is looked at. */
export const checkPush = (arg: Value): void => {
  const { sort } = readPush(arg)
  if (sort) sorted([], sort)
}
