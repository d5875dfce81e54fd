import * as T from '../bson/types.ts'
import { docValue, entriesOf, itemsOf, type Value } from '../bson/value.ts'
import { Writer } from '../bson/writer.ts'
import { badValue, CommandError } from '../errors.ts'
import { int32 } from '../expression/make.ts'
import type { Node } from '../filter/node.ts'
import { readNumber } from '../filter/number.ts'
import { parseOperators } from '../filter/operators.ts'
import { parseFilter } from '../filter/parse.ts'
import { matchedPosition } from '../filter/position.ts'
import type { Variables } from '../filter/whole.ts'
import { pathOf } from '../keys/path.ts'

/** What is shown of an array, given the whole document. */
export type Cut = (items: Value[], doc: Value) => Value[]

const MAX_COUNT = 2 ** 31 - 1

const countOf = (v: Value): number => {
  const n = Math.trunc(readNumber(v))
  return Number.isNaN(n) ? 0 : Math.max(-MAX_COUNT, Math.min(MAX_COUNT, n)) + 0
}

const sliceCut = (v: Value): Cut => {
  const [first = 0, count] = v.type === T.ARRAY ? itemsOf(v).map(countOf) : [countOf(v)]
  if (count === undefined) return (items) => (first < 0 ? items.slice(first) : items.slice(0, first))
  return (items) => {
    const start = first < 0 ? Math.max(items.length + first, 0) : first
    return items.slice(start, start + count)
  }
}

const elemCut = (path: string, v: Value, variables: Variables): Cut => {
  const spec = new Writer()
  const mark = spec.open()
  spec.value('$elemMatch', v)
  spec.close(mark)
  const [node] = parseOperators(pathOf(path), docValue(spec.done()), {
    parse: (doc) => parseFilter(doc, variables),
    collation: variables.collation,
  })
  const ask = node?.kind === 'field' ? node.test.element : undefined
  return (items) => {
    const hit = ask && items.find(ask)
    return hit ? [hit] : []
  }
}

const positionCut = (filter: Node): Cut => {
  return (items, doc) => {
    const at = matchedPosition(filter, doc)
    if (at === undefined)
      throw new CommandError(
        51246,
        "Executor error during find command :: caused by :: positional operator '.$' couldn't find a matching element in the array",
      )
    if (at >= items.length)
      throw new CommandError(
        51247,
        "Executor error during find command :: caused by :: positional operator '.$' element mismatch",
      )
    return items.slice(at, at + 1)
  }
}

/** What a projection cuts of arrays. */
export interface Cuts {
  readonly cuts: Map<string, Cut>
  /** cut where the first array on its way is */
  readonly position: string | undefined
  /** $elemMatch: fields that are shown last, and only with an element */
  readonly elements: ReadonlySet<string>
  readonly rest: ReadonlyMap<string, Value>
  /** all fields of an $elemMatch */
  readonly all: ReadonlySet<string>
}

/** Whether a projection names what it takes, rather than what it leaves out. */
const takesFields = (fields: readonly [string, Value][]): boolean => {
  let elements = false
  let id: boolean | undefined
  for (const [path, value] of fields) {
    const operator = value.type === T.OBJECT ? entriesOf(value)[0]?.[0] : undefined
    if (operator === '$elemMatch') elements = true
    else if (isPlain(value) && path === '_id') id = isTrue(value)
    else if (isPlain(value)) return isTrue(value)
    else if (!(operator === '$slice' && isCount(value)) && operator !== '$meta') return true
  }
  return id === true || elements
}

/** A field that is plainly taken or left out. */
export const isPlain = (v: Value): boolean => v.type === T.BOOL || T.isNumeric(v.type)

const isTrue = (v: Value): boolean => (v.type === T.BOOL ? v.buf[v.start] === 1 : readNumber(v) !== 0)

/** A $slice of numbers alone, not the expression of that name. */
const isCount = (v: Value): boolean => {
  const arg = entriesOf(v)[0]?.[1]
  if (!arg || arg.type !== T.ARRAY) return arg !== undefined && T.isNumeric(arg.type)
  const items = itemsOf(arg)
  return items.length === 2 && items.every((item) => T.isNumeric(item.type))
}

/** Takes $slice, $elemMatch and `path.$` out of a projection, given field by field with whole paths. */
export const readCuts = (fields: readonly [string, Value][], filter: Node, variables: Variables): Cuts => {
  const cuts = new Map<string, Cut>()
  const elements = new Set<string>()
  const rest = new Map(fields)
  const takes = takesFields(fields)
  let position: string | undefined
  const shown = (path: string): void => {
    if (takes) rest.set(path, int32(1))
    else rest.delete(path)
  }
  for (const [path, value] of fields) {
    const [operator, arg] = value.type === T.OBJECT ? (entriesOf(value)[0] ?? []) : []
    if (path.endsWith('.$')) {
      rest.delete(path)
      position = path.slice(0, -2)
      shown(position)
      cuts.set(position, positionCut(filter))
    } else if (operator === '$slice' && arg && isCount(value)) {
      shown(path)
      cuts.set(path, sliceCut(arg))
    } else if (operator === '$elemMatch' && arg) {
      shown(path)
      cuts.set(path, elemCut(path, arg, variables))
      elements.add(path)
    } else if (operator === '$meta') throw badValue('$meta is not supported')
  }
  return { cuts, position, elements: takes ? elements : new Set(), all: elements, rest }
}
