import * as T from '../bson/types.ts'
import { isEmptyDoc, itemsOf, stringOf, type Value } from '../bson/value.ts'
import { CommandError } from '../errors.ts'
import { readNumber } from '../filter/number.ts'
import { compareValues } from '../keys/compare.ts'
import { parseSort } from '../plan/sort.ts'
import type { Accumulator } from './accumulate.ts'
import { array, double, type Maybe, NULL_VALUE } from './make.ts'
import { isNullish, namedArgs, typeOf } from './operator.ts'
import { parseExpression } from './parse.ts'
import type { Expr, Scope } from './scope.ts'
import { compareBy, countOf } from './sets.ts'

/** An accumulator with its arguments parsed: what is added for each document, and how a group is begun. */
export interface Parsed {
  readonly input: Expr
  readonly start: () => Accumulator
}

const shape = (required: readonly string[], codes: [number, number, number]) => ({
  required,
  codes: { notObject: codes[0], unknown: codes[1], missing: codes[2] },
})

const firstOrLast = (name: string, n: () => number): (() => Accumulator) => {
  return () => {
    const items: Maybe[] = []
    const most = n()
    return {
      add: (v) => {
        if (name === '$firstN' && items.length >= most) return
        items.push(v ?? NULL_VALUE)
        if (items.length > most) items.shift()
      },
      done: () => array(items),
    }
  }
}

const extremes = (name: string, n: () => number, { collation }: Scope): (() => Accumulator) => {
  const direction = name === '$maxN' ? -1 : 1
  const compare = (a: Value, b: Value): number => compareValues(a, b, collation) * direction
  return () => {
    let items: Value[] = []
    const most = n()
    const trim = (): void => {
      items = items.sort(compare).slice(0, most)
    }
    return {
      add: (v) => {
        if (isNullish(v)) return
        if (items.push(v) > most * 2 + 1000) trim()
      },
      done: () => {
        trim()
        return array(items)
      },
    }
  }
}

/** $firstN, $lastN, $minN and $maxN. */
const several = (arg: Value, scope: Scope, name: string): Parsed => {
  const given = namedArgs(arg, name, shape(['input', 'n'], [5787801, 5787901, 5787906]))
  const n = parseExpression(given.get('n') as Value, scope)
  const count = (): number => countOf(n.ask(), name)
  if (n.fixed) count()
  const start = name === '$minN' || name === '$maxN' ? extremes(name, count, scope) : firstOrLast(name, count)
  return { input: parseExpression(given.get('input') as Value, scope), start }
}

/** $top, $bottom, $topN and $bottomN: each document gives a pair of what it is sorted by and what is kept. */
const sorted = (arg: Value, scope: Scope, name: string): Parsed => {
  const many = name.endsWith('N')
  const given = namedArgs(
    arg,
    name,
    shape(many ? ['sortBy', 'output', 'n'] : ['sortBy', 'output'], [5788001, 5788002, 5788003]),
  )
  const by = given.get('sortBy') as Value
  if (by.type !== T.OBJECT) throw new CommandError(5788004, `Expected 'sortBy' to be an object, but got ${typeOf(by)}`)
  const fields = parseSort(by)
  const output = parseExpression(given.get('output') as Value, scope)
  const n = given.get('n')
  const size = n && parseExpression(n, scope)
  const root = scope.frame.slots
  const input: Expr = { ask: () => array([root[0], output.ask()]), fixed: false }
  const turn = name.startsWith('$top') ? 1 : -1
  const start = (): Accumulator => {
    const most = size ? countOf(size.ask(), name) : 1
    let rows: { doc: Maybe; kept: Maybe; at: number }[] = []
    let at = 0
    const trim = (): void => {
      rows.sort((a, b) => compareBy(a.doc, b.doc, fields, scope) || a.at - b.at)
      rows = turn > 0 ? rows.slice(0, most) : rows.slice(-most)
    }
    return {
      add: (v) => {
        const [doc, kept] = itemsOf(v as Value)
        if (rows.push({ doc, kept, at: at++ }) > most * 2 + 1000) trim()
      },
      done: () => {
        trim()
        return many ? array(rows.map(({ kept }) => kept)) : (rows[0]?.kept ?? NULL_VALUE)
      },
    }
  }
  return { input, start }
}

/** The value at a share of a sorted list, the nearest one from below. */
const at = (numbers: readonly number[], share: number): Value =>
  numbers.length === 0 ? NULL_VALUE : double(numbers[Math.max(0, Math.ceil(share * numbers.length) - 1)] as number)

const badShares = (code: number): CommandError =>
  new CommandError(code, "The $percentile 'p' field must be an array of numbers from [0.0, 1.0]")

/** What $percentile is asked for. Throws 7750300 to 7750303. */
const sharesOf = (p: Expr): number[] => {
  const list = p.ask()
  if (!list) throw badShares(7750300)
  if (list.type !== T.ARRAY || isEmptyDoc(list)) throw badShares(7750301)
  return itemsOf(list).map((v) => {
    if (!T.isNumeric(v.type)) throw badShares(7750302)
    const share = readNumber(v)
    if (share < 0 || share > 1) throw badShares(7750303)
    return share
  })
}

/** $median and $percentile. */
const percentiles = (arg: Value, scope: Scope, name: string): Parsed => {
  const one = name === '$median'
  const given = namedArgs(
    arg,
    name,
    shape(one ? ['input', 'method'] : ['input', 'p', 'method'], [7436100, 40415, 40414]),
  )
  const method = given.get('method') as Value
  if (method.type !== T.STRING || stringOf(method) !== 'approximate')
    throw new CommandError(2, `Currently only 'approximate' can be used as percentile 'method'.`)
  const p = given.get('p')
  const shares = p ? sharesOf(parseExpression(p, scope)) : [0.5]
  const start = (): Accumulator => {
    const numbers: number[] = []
    const add = (v: Maybe): void => {
      if (v && T.isNumeric(v.type) && !Number.isNaN(readNumber(v))) numbers.push(readNumber(v))
    }
    const done = (): Value => {
      numbers.sort((a, b) => a - b)
      return one ? at(numbers, 0.5) : array(shares.map((share) => at(numbers, share)))
    }
    return { add, done }
  }
  return { input: parseExpression(given.get('input') as Value, scope), start }
}

/** Accumulators that take named arguments. */
export const RANKED: Readonly<Record<string, (arg: Value, scope: Scope, name: string) => Parsed>> = {
  $firstN: several,
  $lastN: several,
  $minN: several,
  $maxN: several,
  $top: sorted,
  $bottom: sorted,
  $topN: sorted,
  $bottomN: sorted,
  $median: percentiles,
  $percentile: percentiles,
}
