import * as T from '../bson/types.ts'
import { entriesOf, itemsOf, type Value } from '../bson/value.ts'
import { badValue, CommandError } from '../errors.ts'
import { PLAIN } from './accumulate.ts'
import { int32, type Maybe } from './make.ts'
import { takes } from './operator.ts'
import { constant, parseExpression } from './parse.ts'
import { type Parsed, RANKED } from './ranked.ts'
import type { Operator, Scope } from './scope.ts'

/** Parses `{$sum: ...}` and its like by name. Throws 15952 for a name that means nothing. */
export const parseAccumulator = (name: string, arg: Value, scope: Scope): Parsed => {
  if (name === '$accumulator' || name === '$function') throw badValue(`${name} is not supported`)
  const ranked = Object.hasOwn(RANKED, name) ? RANKED[name] : undefined
  if (ranked) return ranked(arg, scope, name)
  const plain = Object.hasOwn(PLAIN, name) ? PLAIN[name] : undefined
  if (!plain) throw new CommandError(15952, `unknown group operator '${name}'`)
  if (name === '$count') {
    if (arg.type !== T.OBJECT || entriesOf(arg).length > 0)
      throw new CommandError(9, '$count takes no arguments, i.e. $count:{}')
    return { input: constant(int32(1)), start: () => plain(scope) }
  }
  const items = arg.type === T.ARRAY ? itemsOf(arg) : [arg]
  if (arg.type === T.ARRAY && items.length !== 1)
    throw new CommandError(40237, `The ${name} accumulator is a unary operator`)
  return { input: parseExpression(items[0] as Value, scope), start: () => plain(scope) }
}

/** An accumulator's name used on a list or on several arguments. */
const overList = (name: string): Operator =>
  takes(0, Number.POSITIVE_INFINITY, (args, _name, scope): Maybe => {
    const all = (PLAIN[name] as (scope: Scope) => ReturnType<Parsed['start']>)(scope)
    const [only] = args
    const values = args.length === 1 && only?.type === T.ARRAY ? itemsOf(only) : args
    for (const v of values) all.add(v)
    return all.done()
  })

const byName: Operator = (arg, scope, name) => {
  const { input, start } = (RANKED[name] as (arg: Value, scope: Scope, name: string) => Parsed)(arg, scope, name)
  const ask = (): Maybe => {
    const all = start()
    const v = input.ask()
    for (const item of v?.type === T.ARRAY ? itemsOf(v) : [v]) all.add(item)
    return all.done()
  }
  return { ask, fixed: false }
}

export const LIST_ACCUMULATORS: Record<string, Operator> = {
  ...Object.fromEntries(
    ['$sum', '$avg', '$min', '$max', '$stdDevPop', '$stdDevSamp'].map((name) => [name, overList(name)]),
  ),
  $median: byName,
  $percentile: byName,
}
