import * as T from '../bson/types.ts'
import type { Value } from '../bson/value.ts'
import { CommandError } from '../errors.ts'
import { compareValues } from '../keys/compare.ts'
import { parseSort } from '../plan/sort.ts'
import type { SortField } from '../plan/sort-field.ts'
import { listOf } from './arrays.ts'
import { array, bool, type Maybe, NULL_VALUE } from './make.ts'
import { wholeNumber } from './numbers.ts'
import { isNullish, isTrue, namedArgs, takes, takesNamed, typeOf, type Work } from './operator.ts'
import { parseExpression } from './parse.ts'
import { valueAt } from './path.ts'
import type { Operator, Scope } from './scope.ts'

/** Sorted, each once. */
const asSet = (items: readonly Value[], { collation }: Scope): Value[] => {
  const sorted = [...items].sort((a, b) => compareValues(a, b, collation))
  return sorted.filter((v, i) => i === 0 || compareValues(v, sorted[i - 1] as Value, collation) !== 0)
}

const has = (items: readonly Value[], v: Value, { collation }: Scope): boolean =>
  items.some((item) => compareValues(item, v, collation) === 0)

const union: Work = (args, name, scope) => {
  const all: Value[] = []
  for (const v of args) {
    if (isNullish(v)) return NULL_VALUE
    all.push(...listOf(v, 17043, `All operands of ${name} must be arrays. One argument is of type: ${typeOf(v)}`))
  }
  return array(asSet(all, scope))
}

const intersection: Work = (args, name, scope) => {
  let left: Value[] | undefined
  for (const v of args) {
    if (isNullish(v)) return NULL_VALUE
    const items = listOf(v, 17047, `All operands of ${name} must be arrays. One argument is of type: ${typeOf(v)}`)
    left = left ? left.filter((item) => has(items, item, scope)) : items
  }
  return array(asSet(left ?? [], scope))
}

const difference: Work = ([a, b], name, scope) => {
  if (isNullish(a) || isNullish(b)) return NULL_VALUE
  const left = listOf(a, 17048, `both operands of ${name} must be arrays. First argument is of type: ${typeOf(a)}`)
  const right = listOf(b, 17049, `both operands of ${name} must be arrays. Second argument is of type: ${typeOf(b)}`)
  const out: Value[] = []
  for (const v of left) if (!has(right, v, scope) && !has(out, v, scope)) out.push(v)
  return array(out)
}

const equals: Work = (args, name, scope) => {
  const [first = [], ...rest] = args.map((v) =>
    asSet(listOf(v, 17044, `All operands of ${name} must be arrays. One argument is of type: ${typeOf(v)}`), scope),
  )
  return bool(rest.every((set) => set.length === first.length && set.every((v) => has(first, v, scope))))
}

const isSubset: Work = ([a, b], name, scope) => {
  const left = listOf(a, 17046, `both operands of ${name} must be arrays. First argument is of type: ${typeOf(a)}`)
  const right = listOf(b, 17042, `both operands of ${name} must be arrays. Second argument is of type: ${typeOf(b)}`)
  return bool(left.every((v) => has(right, v, scope)))
}

/** Compares documents by fields; what is no document has none of them. */
export const compareBy = (
  a: Maybe,
  b: Maybe,
  fields: readonly SortField[],
  { collation }: Pick<Scope, 'collation'>,
): number => {
  for (const { path, direction } of fields) {
    const [x, y] = [valueAt(a, path.names) ?? NULL_VALUE, valueAt(b, path.names) ?? NULL_VALUE]
    const order = compareValues(x, y, collation)
    if (order !== 0) return order * direction
  }
  return 0
}

/** A sort over the elements of a list: by themselves, 1 or -1, or by fields of theirs. */
const sortArray: Operator = (arg, scope, name) => {
  const given = namedArgs(arg, name, {
    required: ['input', 'sortBy'],
    codes: { notObject: 2942500, unknown: 2942501, missing: 2942502 },
  })
  const input = parseExpression(given.get('input') as Value, scope)
  const by = given.get('sortBy') as Value
  let compare: (a: Value, b: Value) => number
  if (by.type === T.OBJECT) {
    const fields = parseSort(by)
    if (fields.length === 0) throw new CommandError(15976, '$sortArray needs at least one sort key')
    compare = (a, b) => compareBy(a, b, fields, scope)
  } else {
    const direction = T.isNumeric(by.type) ? wholeNumber(by, 2942507, 'sortBy must be 1 or -1') : 0
    if (direction !== 1 && direction !== -1)
      throw new CommandError(2942507, 'Illegal key in $sortBy specification: must be 1 or -1, or an object')
    compare = (a, b) => compareValues(a, b, scope.collation) * direction
  }
  const ask = (): Maybe => {
    const list = input.ask()
    if (isNullish(list)) return NULL_VALUE
    return array(
      listOf(list, 2942504, `The input argument to $sortArray must be an array, but was of type: ${typeOf(list)}`).sort(
        compare,
      ),
    )
  }
  return { ask, fixed: false }
}

/** A count that must be a whole number above 0. */
export const countOf = (v: Maybe, name: string): number => {
  if (!v || !T.isNumeric(v.type))
    throw new CommandError(5787902, `Value for 'n' must be of integral type, but found ${typeOf(v)}`)
  const n = wholeNumber(v, 5787903, `Value for 'n' must be of integral type (${name})`)
  if (n <= 0) throw new CommandError(5787908, `'n' must be greater than 0, found ${n}`)
  return n
}

const someOf = (pick: (items: Value[], n: number, scope: Scope) => Value[]): Operator =>
  takesNamed(
    { required: ['n', 'input'], codes: { notObject: 5787801, unknown: 5787901, missing: 5787906 } },
    ({ n, input }, name, scope) => {
      const count = countOf(n, name)
      const items = listOf(input, 5788200, `Input must be an array (${name})`)
      return array(pick(items, count, scope))
    },
  )

const ranked = (direction: 1 | -1) => {
  return (items: Value[], n: number, { collation }: Scope): Value[] =>
    items
      .filter((v) => !isNullish(v))
      .sort((a, b) => compareValues(a, b, collation) * direction)
      .slice(0, n)
}

const every = (name: string, code: number, test: (items: Value[]) => boolean): Operator =>
  takes(1, 1, ([v]) => bool(test(listOf(v, code, `${name}'s argument must be an array, but is ${typeOf(v)}`))))

const ANY = Number.POSITIVE_INFINITY

export const SETS: Record<string, Operator> = {
  $setUnion: takes(0, ANY, union),
  $setIntersection: takes(0, ANY, intersection),
  $setDifference: takes(2, 2, difference),
  $setEquals: takes(2, ANY, equals),
  $setIsSubset: takes(2, 2, isSubset),
  $allElementsTrue: every('$allElementsTrue', 17040, (items) => items.every(isTrue)),
  $anyElementTrue: every('$anyElementTrue', 17041, (items) => items.some(isTrue)),
  $sortArray: sortArray,
  $firstN: someOf((items, n) => items.slice(0, n)),
  $lastN: someOf((items, n) => items.slice(-n)),
  $minN: someOf(ranked(1)),
  $maxN: someOf(ranked(-1)),
}
