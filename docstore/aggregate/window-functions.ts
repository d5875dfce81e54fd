import * as T from '../bson/types.ts'
import { entriesOf, itemsOf, stringOf, type Value } from '../bson/value.ts'
import { CommandError } from '../errors.ts'
import type { Accumulator } from '../expression/accumulate.ts'
import { parseAccumulator } from '../expression/accumulator.ts'
import { DAY_MS, DAYS_OF, MS_OF, UNITS, type Unit } from '../expression/calendar.ts'
import { decimal, double, int32, type Maybe, NULL_VALUE } from '../expression/make.ts'
import { calculate, wholeNumber } from '../expression/numbers.ts'

import { parseExpression } from '../expression/parse.ts'
import { type Expr, ROOT, type Scope } from '../expression/scope.ts'
import { compareBy } from '../expression/sets.ts'
import { readNumber } from '../filter/number.ts'
import type { SortField } from '../plan/sort-field.ts'
import { fillGaps } from './gaps.ts'
import { readWindow, spansOf, type Window } from './window-bounds.ts'

/** A sorted partition, with what functions ask of it. */
export interface Partition {
  readonly docs: readonly Value[]
  readonly sort: readonly SortField[]
  readonly scope: Scope
  /** the value of the sort field of each document */
  readonly keys: () => Maybe[]
}

/** Computes one output field for every document of a partition. */
export type WindowFunction = (partition: Partition) => Maybe[]

interface Given {
  readonly name: string
  readonly arg: Value
  readonly window: Window | undefined
  readonly sort: readonly SortField[]
  readonly scope: Scope
}

const bad = (message: string): CommandError => new CommandError(9, message)

const valuesOf = ({ docs, scope }: Partition, expr: Expr): Maybe[] =>
  docs.map((doc) => {
    scope.frame.slots[ROOT] = doc
    return expr.ask()
  })

/** An accumulator over each document's window; a window that only grows is added to, others are counted anew. */
const overWindows = (input: Expr, start: () => Accumulator, window: Window | undefined): WindowFunction => {
  return (partition) => {
    const values = valuesOf(partition, input)
    const spans = spansOf(window, values.length, partition.keys)
    let current: Accumulator | undefined
    let [low, high] = [0, 0]
    let last: Maybe
    return spans.map(([from, to]) => {
      if (!current || from !== low || to < high) {
        current = start()
        low = from
        high = from
        last = undefined
      } else if (to === high && last) return last
      for (; high < to; high++) current.add(values[high])
      last = current.done()
      return last
    })
  }
}

const ranks = ({ name, arg, window, sort }: Given): WindowFunction => {
  if (arg.type !== T.OBJECT || entriesOf(arg).length > 0)
    throw new CommandError(5371603, `${name} must be specified with '{}' as the value`)
  if (window) throw new CommandError(5371601, 'Rank style window functions take no other arguments')
  if (sort.length !== 1)
    throw new CommandError(
      5371602,
      `${name} must be specified with a top level sortBy expression with exactly one element`,
    )
  return ({ docs, scope }) => {
    let rank = 0
    let dense = 0
    return docs.map((doc, i) => {
      const tied = i > 0 && compareBy(docs[i - 1], doc, sort, scope) === 0
      if (!tied) {
        rank = i + 1
        dense++
      }
      return int32(name === '$documentNumber' ? i + 1 : name === '$rank' ? rank : dense)
    })
  }
}

const fieldsOf = (
  { name, arg }: Given,
  required: readonly string[],
  optional: readonly string[] = [],
): Map<string, Value> => {
  if (arg.type !== T.OBJECT) throw bad(`Argument to ${name} must be an object`)
  const given = new Map(entriesOf(arg))
  for (const key of given.keys())
    if (!required.includes(key) && !optional.includes(key)) throw bad(`Unknown argument in ${name}: ${key}`)
  for (const key of required) if (!given.has(key)) throw bad(`${name} requires '${key}'`)
  return given
}

const shift = (given: Given): WindowFunction => {
  const fields = fieldsOf(given, ['output', 'by'], ['default'])
  if (given.window) throw bad("$shift does not accept a 'window' field")
  if (given.sort.length === 0) throw bad("'$shift' requires a sortBy")
  const by = wholeNumber(fields.get('by') as Value, 9, `'$shift:by' field must be an integer`)
  const output = parseExpression(fields.get('output') as Value, given.scope)
  const other = fields.get('default')
  const fallback = other && parseExpression(other, given.scope)
  if (fallback && !fallback.fixed) throw bad("'$shift:default' expression must yield a constant value.")
  return (partition) => {
    const values = valuesOf(partition, output)
    return values.map((_v, i) => (i + by in values ? (values[i + by] ?? NULL_VALUE) : (fallback?.ask() ?? NULL_VALUE)))
  }
}

const movingAverage = (given: Given): WindowFunction => {
  const fields = fieldsOf(given, ['input'], ['N', 'alpha'])
  if (given.window) throw bad("$expMovingAvg does not accept a 'window' field")
  if (given.sort.length === 0) throw bad('$expMovingAvg requires an explicit sortBy')
  const [n, weight] = [fields.get('N'), fields.get('alpha')]
  if ((n === undefined) === (weight === undefined))
    throw bad(
      "$expMovingAvg sub object must have exactly two fields: An 'input' field, and either an 'N' field or an 'alpha' field",
    )
  const count = n && wholeNumber(n, 9, "'N' field must be an integer")
  if (count !== undefined && count < 1) throw bad("'N' must be greater than zero")
  const alpha = count === undefined ? readNumber(weight as Value) : 2 / (count + 1)
  if (weight && !(alpha > 0 && alpha < 1)) throw bad("'alpha' must be between 0 and 1 (exclusive)")
  const input = parseExpression(fields.get('input') as Value, given.scope)
  return (partition) => {
    let average: Value | undefined
    const [part, rest] = [double(alpha), double(1 - alpha)]
    return valuesOf(partition, input).map((v) => {
      if (!v || !T.isNumeric(v.type)) return average ?? NULL_VALUE
      average = average
        ? calculate('add', calculate('multiply', v, part), calculate('multiply', average, rest))
        : v.type === T.DECIMAL
          ? v
          : double(readNumber(v))
      return average
    })
  }
}

const unitMs = (v: Value | undefined): number | undefined => {
  if (!v) return undefined
  const unit = v.type === T.STRING ? (stringOf(v) as Unit) : undefined
  if (!unit || !UNITS.includes(unit)) throw bad('unknown time unit value')
  const ms = MS_OF[unit] ?? (DAYS_OF[unit] ?? 0) * DAY_MS
  if (ms === 0) throw new CommandError(5490704, "unit must be 'week' or smaller")
  return ms
}

const position = (key: Maybe, ms: number | undefined, name: string): number => {
  if (key?.type === T.DATE && ms !== undefined) return Number(key.buf.readBigInt64LE(key.start)) / ms
  if (key && T.isNumeric(key.type) && ms === undefined) return readNumber(key)
  throw new CommandError(
    5624900,
    `${name} with${ms === undefined ? 'out' : ''} unit expects the sortBy field to be a ${ms === undefined ? 'number' : 'Date'}`,
  )
}

/** $derivative and $integral over the sort field. */
const slopes = (given: Given): WindowFunction => {
  const { name, window, sort, scope } = given
  const fields = fieldsOf(given, ['input'], ['unit'])
  if (sort.length !== 1) throw bad(`${name} requires a sortBy with exactly one element`)
  if (!window && name === '$derivative') throw bad('$derivative requires explicit window bounds')
  const ms = unitMs(fields.get('unit'))
  const input = parseExpression(fields.get('input') as Value, scope)
  return (partition) => {
    const values = valuesOf(partition, input)
    const keys = partition.keys()
    const x = keys.map((key) => position(key, ms, name))
    const y = values.map((v) => (v && T.isNumeric(v.type) ? readNumber(v) : Number.NaN))
    const exact = values.some((v) => v?.type === T.DECIMAL)
    return spansOf(window, values.length, partition.keys).map(([from, to]) => {
      const n = name === '$derivative' ? slope(x, y, from, to) : area(x, y, from, to)
      if (n === undefined) return NULL_VALUE
      return exact
        ? decimal(Number.isFinite(n) ? { digits: BigInt(Math.round(n * 1e12)), exponent: -12 } : n)
        : double(n)
    })
  }
}

const slope = (x: readonly number[], y: readonly number[], from: number, to: number): number | undefined => {
  if (to - from < 2) return undefined
  const [x0, x1, y0, y1] = [x[from], x[to - 1], y[from], y[to - 1]] as [number, number, number, number]
  return x1 === x0 || Number.isNaN(y0) || Number.isNaN(y1) ? undefined : (y1 - y0) / (x1 - x0)
}

const area = (x: readonly number[], y: readonly number[], from: number, to: number): number | undefined => {
  if (to <= from) return undefined
  let sum = 0
  for (let i = from + 1; i < to; i++)
    sum += (((y[i] as number) + (y[i - 1] as number)) / 2) * ((x[i] as number) - (x[i - 1] as number))
  return sum
}

const covariance = ({ name, arg, window, scope }: Given): WindowFunction => {
  const items = arg.type === T.ARRAY ? itemsOf(arg) : []
  if (items.length !== 2) throw bad(`${name} expects an array of exactly two expressions`)
  const pair = parseExpression(arg, scope)
  const start = (): Accumulator => {
    let [n, meanX, meanY, co] = [0, 0, 0, 0]
    const add = (v: Maybe): void => {
      const [a, b] = itemsOf(v as Value)
      if (!a || !b || !T.isNumeric(a.type) || !T.isNumeric(b.type)) return
      const [x, y] = [readNumber(a), readNumber(b)]
      n++
      const dx = x - meanX
      meanX += dx / n
      meanY += (y - meanY) / n
      co += dx * (y - meanY)
    }
    const parts = (): number => (name === '$covarianceSamp' ? n - 1 : n)
    return { add, done: () => (parts() > 0 ? double(co / parts()) : NULL_VALUE) }
  }
  return overWindows(pair, start, window)
}

const gaps = ({ name, arg, window, sort, scope }: Given): WindowFunction => {
  if (window) throw bad(`'window' field is not allowed in ${name}`)
  if (sort.length === 0) throw bad(`${name} requires a sortBy`)
  if (name === '$linearFill' && sort.length !== 1)
    throw new CommandError(
      605001,
      '$linearFill must be specified with a top level sortBy expression with exactly one element',
    )
  const input = parseExpression(arg, scope)
  return (partition) => fillGaps(name, valuesOf(partition, input), partition.keys)
}

const SPECIAL: Readonly<Record<string, (given: Given) => WindowFunction>> = {
  $rank: ranks,
  $denseRank: ranks,
  $documentNumber: ranks,
  $shift: shift,
  $expMovingAvg: movingAverage,
  $derivative: slopes,
  $integral: slopes,
  $covariancePop: covariance,
  $covarianceSamp: covariance,
  $linearFill: gaps,
  $locf: gaps,
}

const NOT_IN_WINDOWS = new Set(['$mergeObjects', '$accumulator'])

/** Parses an output field of $setWindowFields. Throws 9 for functions that do not exist. */
export const parseWindowFunction = (
  field: string,
  v: Value,
  sort: readonly SortField[],
  scope: Scope,
): WindowFunction => {
  if (v.type !== T.OBJECT) throw bad(`The field '${field}' must be a window function object`)
  const entries = entriesOf(v)
  const operators = entries.filter(([key]) => key.startsWith('$'))
  const [operator, another] = operators
  if (!operator || another) throw bad(`Expected a $-prefixed window function in '${field}'`)
  for (const [key] of entries)
    if (key !== 'window' && key !== operator[0]) throw bad(`Window function found an unknown argument: ${key}`)
  const [name, arg] = operator
  const window = readWindow(entries.find(([key]) => key === 'window')?.[1], int32(0))
  if (window?.kind === 'range' && sort.length !== 1)
    throw new CommandError(5339902, 'Range-based bounds require sortBy a single field')
  if (window?.kind === 'documents' && sort.length === 0 && (window.low !== 'unbounded' || window.high !== 'unbounded'))
    throw new CommandError(5339901, 'Document-based bounds require a sortBy')
  const special = Object.hasOwn(SPECIAL, name) ? SPECIAL[name] : undefined
  if (special) return special({ name, arg, window, sort, scope })
  if (NOT_IN_WINDOWS.has(name)) throw bad(`Unrecognized window function, ${name}`)
  let parsed: ReturnType<typeof parseAccumulator>
  try {
    parsed = parseAccumulator(name, arg, scope)
  } catch (error) {
    if (error instanceof CommandError && error.code === 15952) throw bad(`Unrecognized window function, ${name}`)
    throw error
  }
  return overWindows(parsed.input, parsed.start, window)
}
