import * as T from '../bson/types.ts'
import { entriesOf, itemsOf, stringOf, type Value } from '../bson/value.ts'
import { CommandError } from '../errors.ts'
import { readNumber } from '../filter/number.ts'
import { compareMaybe } from './logic.ts'
import { array, bool, int32, intOrLong, type Maybe, NULL_VALUE, object, text } from './make.ts'
import { wholeNumber } from './numbers.ts'
import { isNullish, takes, typeOf, type Work } from './operator.ts'
import type { Operator } from './scope.ts'

/** The elements of an array; throws the code for anything else. */
export const listOf = (v: Maybe, code: number, message: string): Value[] => {
  if (v?.type !== T.ARRAY) throw new CommandError(code, message)
  return itemsOf(v)
}

const elementAt: Work = ([list, at], name) => {
  if (isNullish(list) || isNullish(at)) return NULL_VALUE
  const items = listOf(list, 28689, `${name}'s first argument must be an array, but is ${typeOf(list)}`)
  if (!T.isNumeric(at.type))
    throw new CommandError(28690, `${name}'s second argument must be a numeric value, but is ${typeOf(at)}`)
  const n = wholeNumber(
    at,
    28691,
    `${name}'s second argument must be representable as a 32-bit integer: ${readNumber(at)}`,
  )
  return items.at(n)
}

const edge = (end: 0 | -1): Work => {
  return ([list], name) => {
    if (isNullish(list)) return NULL_VALUE
    return listOf(list, 28689, `${name}'s argument must be an array, but is ${typeOf(list)}`).at(end)
  }
}

const concatArrays: Work = (args, name) => {
  const out: Value[] = []
  for (const v of args) {
    if (isNullish(v)) return NULL_VALUE
    out.push(...listOf(v, 28664, `${name} only supports arrays, not ${typeOf(v)}`))
  }
  return array(out)
}

const range: Work = ([first, last, step]) => {
  const bound = (v: Maybe, code: number, what: string): number => {
    if (!v || !T.isNumeric(v.type))
      throw new CommandError(code, `$range requires a numeric ${what} value, found value of type: ${typeOf(v)}`)
    return wholeNumber(v, code + 1, `$range requires a ${what} value that can be represented as a 32-bit integer`)
  }
  const from = bound(first, 34443, 'starting')
  const to = bound(last, 34445, 'ending')
  const by = step ? bound(step, 34447, 'step') : 1
  if (by === 0) throw new CommandError(34449, '$range requires a non-zero step value')
  const out: Value[] = []
  const bytes = Math.max(0, Math.ceil((to - from) / by)) * 12
  if (bytes > 100 * 1024 * 1024) throw new CommandError(146, '$range would use too much memory')
  for (let n = from; by > 0 ? n < to : n > to; n += by) out.push(int32(n))
  return array(out)
}

const slice: Work = ([list, a, b]) => {
  if (isNullish(list) || isNullish(a) || (b !== undefined && isNullish(b))) return NULL_VALUE
  const items = listOf(list, 28724, `First argument to $slice must be an array, but is of type: ${typeOf(list)}`)
  if (!T.isNumeric(a.type))
    throw new CommandError(28725, `Second argument to $slice must be a numeric value, but is of type: ${typeOf(a)}`)
  const first = wholeNumber(a, 28726, "Second argument to $slice can't be represented as a 32-bit integer")
  if (b === undefined) return array(first < 0 ? items.slice(first) : items.slice(0, first))
  if (!T.isNumeric(b.type))
    throw new CommandError(28727, `Third argument to $slice must be numeric, but is of type: ${typeOf(b)}`)
  const count = wholeNumber(b, 28728, "Third argument to $slice can't be represented as a 32-bit integer")
  if (count <= 0) throw new CommandError(28729, `Third argument to $slice must be positive: ${count}`)
  const from = first < 0 ? Math.max(items.length + first, 0) : first
  return array(items.slice(from, from + count))
}

/** Start and end among the arguments of $indexOf…; undefined where nothing can be found. */
export const bounds = (name: string, given: readonly Maybe[], length: number): [number, number] => {
  const [start, end] = given.map((v) => v ?? NULL_VALUE)
  const read = (v: Maybe, what: string, otherwise: number): number => {
    if (v === undefined) return otherwise
    const message = `${name} requires an integral ${what} index, found a value of type: ${typeOf(v)}`
    const n = wholeNumber(v, 40096, message)
    if (n < 0) throw new CommandError(40097, `${name} requires a nonnegative ${what} index, found: ${n}`)
    return n
  }
  return [read(start, 'starting', 0), Math.min(read(end, 'ending', length), length)]
}

const indexOfArray: Work = ([list, wanted, ...range], name, scope) => {
  if (isNullish(list)) return NULL_VALUE
  const items = listOf(list, 40090, `${name} requires an array as a first argument, found: ${typeOf(list)}`)
  const [from, to] = bounds(name, range, items.length)
  for (let i = from; i < to; i++) if (compareMaybe(items[i], wanted, scope) === 0) return int32(i)
  return int32(-1)
}

const pairOf = (item: Value, form: 'k' | 'list'): [string, Value] => {
  if (form === 'list') {
    if (item.type !== T.ARRAY)
      throw new CommandError(
        40396,
        `$arrayToObject requires a consistent input format. Elements must all be arrays or all be objects. Array was detected, now found: ${typeOf(item)}`,
      )
    const [key, v, more] = itemsOf(item)
    if (!key || !v || more) throw new CommandError(40397, '$arrayToObject requires an array of size 2 arrays')
    if (key.type !== T.STRING)
      throw new CommandError(
        40395,
        `$arrayToObject requires an array of key-value pairs, where the key must be of type string. Found key type: ${typeOf(key)}`,
      )
    return [stringOf(key), v]
  }
  if (item.type !== T.OBJECT)
    throw new CommandError(
      40391,
      `$arrayToObject requires a consistent input format. Elements must all be arrays or all be objects. Object was detected, now found: ${typeOf(item)}`,
    )
  const fields = entriesOf(item)
  const { k, v } = Object.fromEntries(fields) as { k?: Value; v?: Value }
  if (fields.length !== 2)
    throw new CommandError(
      40392,
      "$arrayToObject requires an object keys of 'k' and 'v'. Found incorrect number of keys",
    )
  if (!k || !v) throw new CommandError(40393, "$arrayToObject requires an object with keys 'k' and 'v'")
  if (k.type !== T.STRING)
    throw new CommandError(
      40394,
      `$arrayToObject requires an object with keys 'k' and 'v', where the value of 'k' must be of type string. Found type: ${typeOf(k)}`,
    )
  return [stringOf(k), v]
}

const arrayToObject: Work = ([list]) => {
  if (isNullish(list)) return NULL_VALUE
  const items = listOf(list, 40386, `$arrayToObject requires an array input, found: ${typeOf(list)}`)
  const form = items[0]?.type === T.ARRAY ? 'list' : 'k'
  if (items[0] && form === 'k' && items[0].type !== T.OBJECT)
    throw new CommandError(40398, `Unrecognised input type format for $arrayToObject: ${typeOf(items[0])}`)
  const out = new Map<string, Value>()
  for (const item of items) {
    const [key, v] = pairOf(item, form)
    if (key.includes('\0')) throw new CommandError(4940400, 'Key field cannot contain an embedded null byte')
    out.set(key, v)
  }
  return object(out)
}

const objectToArray: Work = ([doc]) => {
  if (isNullish(doc)) return NULL_VALUE
  if (doc.type !== T.OBJECT)
    throw new CommandError(40390, `$objectToArray requires a document input, found: ${typeOf(doc)}`)
  return array(
    entriesOf(doc).map(([key, v]) =>
      object([
        ['k', text(key)],
        ['v', v],
      ]),
    ),
  )
}

const isIn: Work = ([v, list], name, scope) => {
  const items = listOf(list, 40081, `${name} requires an array as a second argument, found: ${typeOf(list)}`)
  return bool(items.some((item) => compareMaybe(v, item, scope) === 0))
}

export const ARRAYS: Record<string, Operator> = {
  $arrayElemAt: takes(2, 2, elementAt),
  $first: takes(1, 1, edge(0)),
  $last: takes(1, 1, edge(-1)),
  $arrayToObject: takes(1, 1, arrayToObject),
  $objectToArray: takes(1, 1, objectToArray),
  $concatArrays: takes(0, Number.POSITIVE_INFINITY, concatArrays),
  $in: takes(2, 2, isIn),
  $indexOfArray: takes(2, 4, indexOfArray),
  $isArray: takes(1, 1, ([v]) => bool(v?.type === T.ARRAY)),
  $range: takes(2, 3, range),
  $reverseArray: takes(1, 1, ([list]) =>
    isNullish(list)
      ? NULL_VALUE
      : array(
          listOf(
            list,
            34435,
            `The argument to $reverseArray must be an array, but was of type: ${typeOf(list)}`,
          ).reverse(),
        ),
  ),
  $size: takes(1, 1, ([list]) =>
    intOrLong(listOf(list, 17124, `The argument to $size must be an array, but was of type: ${typeOf(list)}`).length),
  ),
  $slice: takes(2, 3, slice),
}
