import * as T from '../bson/types.ts'
import { docValue, entriesOf, itemsOf, stringOf, type Value } from '../bson/value.ts'
import { CommandError } from '../errors.ts'
import { parseAccumulator } from '../expression/accumulator.ts'
import { int32, type Maybe, NULL_VALUE, object } from '../expression/make.ts'
import { wholeNumber } from '../expression/numbers.ts'
import { typeOf } from '../expression/operator.ts'
import { parseExpression } from '../expression/parse.ts'
import { askOf, type Expr, ROOT, type Scope } from '../expression/scope.ts'
import { readNumber } from '../filter/number.ts'
import { compareValues } from '../keys/compare.ts'
import { checkDeadline } from '../plan/deadline.ts'
import type { Context, Stage } from './context.ts'
import { type Output, readOutputs } from './group.ts'
import { preferredBoundary } from './preferred-numbers.ts'
import { watched } from './row.ts'

const groupByOf = (v: Value | undefined, code: number, scope: Scope): Expr => {
  const ok =
    v &&
    ((v.type === T.STRING && stringOf(v).startsWith('$')) ||
      (v.type === T.OBJECT && entriesOf(v)[0]?.[0].startsWith('$')))
  if (!ok)
    throw new CommandError(code, "The 'groupBy' field must be defined as a $-prefixed path or an expression object")
  return parseExpression(v, scope)
}

const outputsOf = (v: Value | undefined, code: number, scope: Scope): Output[] => {
  if (!v) return [{ name: 'count', parsed: parseAccumulator('$sum', int32(1), scope) }]
  if (v.type !== T.OBJECT)
    throw new CommandError(code, `The 'output' field must be an object, but found type: ${typeOf(v)}`)
  return readOutputs(entriesOf(v), scope)
}

const docOf = (id: Maybe, parts: readonly { done: () => Maybe }[], outputs: readonly Output[]): Buffer =>
  object([['_id', id ?? NULL_VALUE], ...outputs.map(({ name }, i): [string, Maybe] => [name, parts[i]?.done()])]).buf

const boundariesOf = (v: Value | undefined, scope: Scope): Value[] => {
  if (v?.type !== T.ARRAY)
    throw new CommandError(40200, `The $bucket 'boundaries' field must be an array, but found type: ${typeOf(v)}`)
  const bounds = itemsOf(v).map((item) => {
    const expr = parseExpression(item, scope)
    if (!expr.fixed) throw new CommandError(40191, "The $bucket 'boundaries' field must be an array of constant values")
    return expr.ask() ?? NULL_VALUE
  })
  if (bounds.length < 2)
    throw new CommandError(
      40192,
      `The $bucket 'boundaries' field must have at least 2 values, but found ${bounds.length} value(s).`,
    )
  for (let i = 1; i < bounds.length; i++) {
    const [a, b] = [bounds[i - 1] as Value, bounds[i] as Value]
    if (T.rankOf(a.type) !== T.rankOf(b.type))
      throw new CommandError(
        40193,
        `All values in the 'boundaries' option to $bucket must have the same type. Found conflicting types ${typeOf(a)} and ${typeOf(b)}.`,
      )
    if (compareValues(a, b, scope.collation) >= 0)
      throw new CommandError(
        40194,
        `The 'boundaries' option to $bucket must be sorted, but elements ${i - 1} and ${i} are not in sorted order`,
      )
  }
  return bounds
}

const OPTIONS = ['groupBy', 'boundaries', 'default', 'output']

export const bucket = (v: Value, { scope }: Context): Stage => {
  if (v.type !== T.OBJECT)
    throw new CommandError(40201, `Argument to $bucket stage must be an object, but found type: ${typeOf(v)}`)
  const given = new Map(entriesOf(v))
  for (const key of given.keys())
    if (!OPTIONS.includes(key)) throw new CommandError(40197, `Unrecognized option to $bucket: ${key}`)
  if (!given.has('groupBy') || !given.has('boundaries'))
    throw new CommandError(40198, "$bucket requires 'groupBy' and 'boundaries' to be specified.")
  const by = groupByOf(given.get('groupBy'), 40202, scope)
  const bounds = boundariesOf(given.get('boundaries'), scope)
  const other = given.get('default')
  const fallback = other && parseExpression(other, scope)
  if (fallback && !fallback.fixed)
    throw new CommandError(40195, "The $bucket 'default' field must be a constant expression")
  const label = fallback?.ask()
  const [first, last] = [bounds[0] as Value, bounds.at(-1) as Value]
  if (
    label &&
    T.rankOf(label.type) === T.rankOf(first.type) &&
    compareValues(label, first, scope.collation) >= 0 &&
    compareValues(label, last, scope.collation) < 0
  )
    throw new CommandError(
      40199,
      "The $bucket 'default' field must be less than the lowest boundary or greater than or equal to the highest boundary.",
    )
  const outputs = outputsOf(given.get('output'), 40196, scope)
  const bucketOf = (value: Maybe): number => {
    const id = value ?? NULL_VALUE
    for (let i = bounds.length - 1; i >= 0; i--)
      if (compareValues(id, bounds[i] as Value, scope.collation) >= 0) return i === bounds.length - 1 ? -1 : i
    return -1
  }
  return {
    name: '$bucket',
    *run(rows) {
      const buckets = new Map<number, { add: (v: Maybe) => void; done: () => Maybe }[]>()
      for (const row of watched(rows, checkDeadline)) {
        const at = bucketOf(askOf(scope, by, row))
        if (at < 0 && !label)
          throw new CommandError(
            40066,
            '$switch could not find a matching branch for an input, and no default was specified.',
          )
        const parts = buckets.get(at) ?? outputs.map(({ parsed }) => parsed.start())
        buckets.set(at, parts)
        outputs.forEach(({ parsed }, i) => {
          parts[i]?.add(parsed.input.ask())
        })
      }
      const id = (at: number): Value => (at < 0 ? (label as Value) : (bounds[at] as Value))
      const sorted = [...buckets].sort(([a], [b]) => compareValues(id(a), id(b), scope.collation))
      for (const [at, parts] of sorted) yield docOf(id(at), parts, outputs)
    },
  }
}

const AUTO_OPTIONS = ['groupBy', 'buckets', 'output', 'granularity']

interface Placed {
  readonly value: Value
  readonly row: Buffer
}

export const bucketAuto = (v: Value, { scope }: Context): Stage => {
  if (v.type !== T.OBJECT)
    throw new CommandError(40240, `The argument to $bucketAuto must be an object, but found type: ${typeOf(v)}`)
  const given = new Map(entriesOf(v))
  for (const key of given.keys())
    if (!AUTO_OPTIONS.includes(key)) throw new CommandError(40245, `Unrecognized option to $bucketAuto: ${key}`)
  const size = given.get('buckets')
  if (!given.has('groupBy') || !size)
    throw new CommandError(40246, "$bucketAuto requires 'groupBy' and 'buckets' to be specified")
  const by = groupByOf(given.get('groupBy'), 40239, scope)
  if (!T.isNumeric(size.type))
    throw new CommandError(
      40241,
      `The $bucketAuto 'buckets' field must be a numeric value, but found type: ${typeOf(size)}`,
    )
  const count = wholeNumber(size, 40242, "The $bucketAuto 'buckets' field must be representable as a 32-bit integer")
  if (count <= 0)
    throw new CommandError(40243, `The $bucketAuto 'buckets' field must be greater than 0, but found: ${count}`)
  const granularity = given.get('granularity')
  if (granularity && granularity.type !== T.STRING)
    throw new CommandError(
      40261,
      `The $bucketAuto 'granularity' field must be a string, but found type: ${typeOf(granularity)}`,
    )
  const round = granularity && preferredBoundary(stringOf(granularity))
  const outputs = outputsOf(given.get('output'), 40244, scope)
  const same = (a: Value, b: Value): boolean => compareValues(a, b, scope.collation) === 0
  return {
    name: '$bucketAuto',
    *run(rows) {
      const all: Placed[] = []
      for (const row of watched(rows, checkDeadline)) {
        const value = askOf(scope, by, row) ?? NULL_VALUE
        if (round && (!T.isNumeric(value.type) || !(readNumber(value) >= 0)))
          throw new CommandError(
            40258,
            '$bucketAuto can specify a granularity with non-negative numeric boundaries only',
          )
        all.push({ value, row })
      }
      all.sort((a, b) => compareValues(a.value, b.value, scope.collation))
      yield* cut(all)
    },
  }

  function* cut(all: readonly Placed[]): Generator<Buffer> {
    const each = Math.max(1, Math.round(all.length / count))
    let made = 0
    let low: Value | undefined
    for (let from = 0; from < all.length; ) {
      let to = ++made === count ? all.length : Math.min(from + each, all.length)
      while (to < all.length && same((all[to] as Placed).value, (all[to - 1] as Placed).value)) to++
      let high = (all[Math.min(to, all.length - 1)] as Placed).value
      if (round) {
        high = round(high, true)
        while (to < all.length && compareValues((all[to] as Placed).value, high) < 0) to++
        low ??= round((all[from] as Placed).value, false)
      }
      const parts = outputs.map(({ parsed }) => parsed.start())
      for (const { row } of all.slice(from, to)) {
        scope.frame.slots[ROOT] = docValue(row)
        outputs.forEach(({ parsed }, i) => {
          parts[i]?.add(parsed.input.ask())
        })
      }
      const min = low ?? (all[from] as Placed).value
      yield docOf(
        object([
          ['min', min],
          ['max', high],
        ]),
        parts,
        outputs,
      )
      low = round ? high : undefined
      from = to
    }
  }
}
