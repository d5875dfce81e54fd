import * as T from '../bson/types.ts'
import { itemsOf, stringOf, type Value } from '../bson/value.ts'
import { CommandError } from '../errors.ts'
import { listOf } from './arrays.ts'
import { bind } from './logic.ts'
import { array, type Maybe, NULL_VALUE } from './make.ts'
import { wholeNumber } from './numbers.ts'
import { isNullish, isTrue, namedArgs, typeOf } from './operator.ts'
import { parseExpression } from './parse.ts'
import { type Operator, withNames } from './scope.ts'

const eachOf: Operator = (arg, scope, name) => {
  const isMap = name === '$map'
  const given = namedArgs(arg, name, {
    required: isMap ? ['input', 'in'] : ['input', 'cond'],
    optional: isMap ? ['as'] : ['as', 'limit'],
    codes: isMap
      ? { notObject: 16878, unknown: 16879, missing: 16880 }
      : { notObject: 28646, unknown: 28647, missing: 28648 },
  })
  const input = parseExpression(given.get('input') as Value, scope)
  const as = given.get('as')
  const { scope: inner, slot } = bind(scope, as ? stringOf(as) : 'this')
  const body = parseExpression(given.get(isMap ? 'in' : 'cond') as Value, inner)
  const limit = given.get('limit')
  const most = limit ? parseExpression(limit, scope) : undefined
  const { slots } = scope.frame
  const ask = (): Maybe => {
    const list = input.ask()
    if (isNullish(list)) return NULL_VALUE
    const items = listOf(list, isMap ? 16883 : 28651, `input to ${name} must be an array not ${typeOf(list)}`)
    const count = limitOf(most?.ask())
    const out: Maybe[] = []
    for (const item of items) {
      slots[slot] = item
      const v = body.ask()
      if (isMap) out.push(v)
      else if (isTrue(v) && out.push(item) === count) break
    }
    return array(out)
  }
  return { ask, fixed: false }
}

const limitOf = (v: Maybe): number => {
  if (isNullish(v)) return Number.POSITIVE_INFINITY
  const n = wholeNumber(v, 327391, '$filter: limit must be represented as a 32-bit integral value')
  if (n < 1) throw new CommandError(327392, '$filter: limit must be greater than 0')
  return n
}

const reduce: Operator = (arg, scope, name) => {
  const given = namedArgs(arg, name, {
    required: ['input', 'initialValue', 'in'],
    codes: { notObject: 40075, unknown: 40076, missing: 40077 },
  })
  const input = parseExpression(given.get('input') as Value, scope)
  const initial = parseExpression(given.get('initialValue') as Value, scope)
  const inner = withNames(scope, ['this', 'value'])
  const [item, sum] = [inner.names.get('this') as number, inner.names.get('value') as number]
  const body = parseExpression(given.get('in') as Value, inner)
  const { slots } = scope.frame
  const ask = (): Maybe => {
    const list = input.ask()
    if (isNullish(list)) return NULL_VALUE
    const items = listOf(list, 40080, `$reduce requires that 'input' be an array, found: ${typeOf(list)}`)
    let value = initial.ask()
    for (const v of items) {
      slots[item] = v
      slots[sum] = value
      value = body.ask()
    }
    return value
  }
  return { ask, fixed: false }
}

const zip: Operator = (arg, scope, name) => {
  const given = namedArgs(arg, name, {
    required: ['inputs'],
    optional: ['useLongestLength', 'defaults'],
    codes: { notObject: 34460, unknown: 34464, missing: 34465 },
  })
  const inputs = given.get('inputs') as Value
  if (inputs.type !== T.ARRAY)
    throw new CommandError(34461, `inputs must be an array of expressions, found ${typeOf(inputs)}`)
  const lists = itemsOf(inputs).map((v) => parseExpression(v, scope))
  if (lists.length === 0) throw new CommandError(34465, '$zip requires at least one input array')
  const defaults = given.get('defaults')
  if (defaults && defaults.type !== T.ARRAY)
    throw new CommandError(34462, `defaults must be an array of expressions, found ${typeOf(defaults)}`)
  const fill = defaults && itemsOf(defaults).map((v) => parseExpression(v, scope))
  const flag = given.get('useLongestLength')
  if (flag && flag.type !== T.BOOL)
    throw new CommandError(34463, `useLongestLength must be a bool, found ${typeOf(flag)}`)
  const longest = isTrue(flag)
  if (fill && !longest) throw new CommandError(34466, 'cannot specify defaults unless useLongestLength is true')
  if (fill && fill.length !== lists.length)
    throw new CommandError(34467, 'defaults and inputs must have the same length')
  const ask = (): Maybe => {
    const columns: Value[][] = []
    for (const expr of lists) {
      const v = expr.ask()
      if (isNullish(v)) return NULL_VALUE
      columns.push(listOf(v, 34468, `$zip found a non-array expression in input: ${typeOf(v)}`))
    }
    const lengths = columns.map((column) => column.length)
    const rows = longest ? Math.max(...lengths) : Math.min(...lengths)
    return array(
      Array.from({ length: rows }, (_, i) => array(columns.map((column, c) => column[i] ?? fill?.[c]?.ask()))),
    )
  }
  return { ask, fixed: false }
}

/** Operators that compute something for each element of a list. */
export const LOOPS: Record<string, Operator> = { $filter: eachOf, $map: eachOf, $reduce: reduce, $zip: zip }
