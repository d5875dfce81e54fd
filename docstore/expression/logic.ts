import * as T from '../bson/types.ts'
import { entriesOf, itemsOf, type Value } from '../bson/value.ts'
import { CommandError } from '../errors.ts'
import { compareValues } from '../keys/compare.ts'
import { bool, double, int32, type Maybe } from './make.ts'
import { isNullish, isTrue, namedArgs, takes } from './operator.ts'
import { constant, parseExpression } from './parse.ts'
import { type Expr, type Operator, type Scope, withNames } from './scope.ts'

/** Below 0, 0 or above 0; a missing value comes before everything but MinKey's like. */
export const compareMaybe = (a: Maybe, b: Maybe, { collation }: Pick<Scope, 'collation'>): number => {
  if (a && b) return compareValues(a, b, collation)
  if (a) return a.type === T.MIN_KEY ? -1 : 1
  return b ? (b.type === T.MIN_KEY ? 1 : -1) : 0
}

const compares = (means: (order: number) => boolean): Operator =>
  takes(2, 2, ([a, b], _name, scope) => bool(means(compareMaybe(a, b, scope))))

const parts = (arg: Value, scope: Scope): Expr[] =>
  (arg.type === T.ARRAY ? itemsOf(arg) : [arg]).map((item) => parseExpression(item, scope))

const either = (stopAt: boolean): Operator => {
  return (arg, scope) => {
    const all = parts(arg, scope)
    const ask = (): Value => {
      for (const expr of all) if (isTrue(expr.ask()) === stopAt) return bool(stopAt)
      return bool(!stopAt)
    }
    return { ask, fixed: all.every((expr) => expr.fixed) }
  }
}

const cond: Operator = (arg, scope, name) => {
  let given: (Value | undefined)[]
  if (arg.type === T.OBJECT) {
    const fields = entriesOf(arg)
    for (const [key] of fields)
      if (!['if', 'then', 'else'].includes(key))
        throw new CommandError(17083, `Unrecognized parameter to ${name}: ${key}`)
    const byName = new Map(fields)
    for (const [i, key] of ['if', 'then', 'else'].entries())
      if (!byName.has(key)) throw new CommandError(17080 + i, `Missing '${key}' parameter to ${name}`)
    given = [byName.get('if'), byName.get('then'), byName.get('else')]
  } else {
    given = arg.type === T.ARRAY ? itemsOf(arg) : [arg]
    if (given.length !== 3)
      throw new CommandError(16020, `Expression ${name} takes exactly 3 arguments. ${given.length} were passed in.`)
  }
  const [test, yes, no] = given.map((v) => parseExpression(v as Value, scope)) as [Expr, Expr, Expr]
  return { ask: () => (isTrue(test.ask()) ? yes : no).ask(), fixed: test.fixed && yes.fixed && no.fixed }
}

const ifNull: Operator = (arg, scope, name) => {
  const all = parts(arg, scope)
  if (all.length < 2) throw new CommandError(1257300, `${name} needs at least two arguments, had: ${all.length}`)
  const ask = (): Maybe => {
    for (const expr of all.slice(0, -1)) {
      const v = expr.ask()
      if (!isNullish(v)) return v
    }
    return all.at(-1)?.ask()
  }
  return { ask, fixed: all.every((expr) => expr.fixed) }
}

const readBranch = (v: Value, scope: Scope): [Expr, Expr] => {
  if (v.type !== T.OBJECT)
    throw new CommandError(40062, `$switch requires each branch to be an object, found: ${T.typeName(v.type)}`)
  const given = new Map(entriesOf(v))
  for (const key of given.keys())
    if (key !== 'case' && key !== 'then')
      throw new CommandError(40063, `$switch found an unknown argument to a branch: ${key}`)
  const [when, then] = [given.get('case'), given.get('then')]
  if (!when) throw new CommandError(40064, "$switch requires each branch have a 'case' expression")
  if (!then) throw new CommandError(40065, "$switch requires each branch have a 'then' expression.")
  return [parseExpression(when, scope), parseExpression(then, scope)]
}

const switchOn: Operator = (arg, scope) => {
  if (arg.type !== T.OBJECT)
    throw new CommandError(40060, `$switch requires an object as an argument, found: ${T.typeName(arg.type)}`)
  const given = new Map(entriesOf(arg))
  for (const key of given.keys())
    if (key !== 'branches' && key !== 'default')
      throw new CommandError(40067, `$switch found an unknown argument: ${key}`)
  const list = given.get('branches')
  if (list && list.type !== T.ARRAY)
    throw new CommandError(40061, `$switch expected an array for 'branches', found: ${T.typeName(list.type)}`)
  const branches = list ? itemsOf(list).map((v) => readBranch(v, scope)) : []
  if (branches.length === 0) throw new CommandError(40068, '$switch requires at least one branch.')
  const rest = given.get('default')
  const otherwise = rest && parseExpression(rest, scope)
  const ask = (): Maybe => {
    for (const [when, then] of branches) if (isTrue(when.ask())) return then.ask()
    if (!otherwise)
      throw new CommandError(
        40066,
        '$switch could not find a matching branch for an input, and no default was specified.',
      )
    return otherwise.ask()
  }
  const fixed = branches.every(([a, b]) => a.fixed && b.fixed) && (otherwise?.fixed ?? true)
  return { ask, fixed }
}

const checkUserName = (name: string): void => {
  if (name !== 'CURRENT' && !/^[a-z\u0080-\uffff][\w\u0080-\uffff]*$/.test(name))
    throw new CommandError(9, `'${name}' starts with an invalid character for a user variable name`)
}

/** A scope with one more variable that users name, and the slot it lies in. Throws 9 for a name that is not allowed. */
export const bind = (scope: Scope, name: string): { scope: Scope; slot: number } => {
  checkUserName(name)
  const inner = withNames(scope, [name])
  return { scope: inner, slot: inner.names.get(name) as number }
}

const letIn: Operator = (arg, scope, name) => {
  const given = namedArgs(arg, name, {
    required: ['vars', 'in'],
    codes: { notObject: 16874, unknown: 16875, missing: 16876 },
  })
  const vars = given.get('vars') as Value
  if (vars.type !== T.OBJECT) throw new CommandError(10065, `invalid parameter: expected an object (vars)`)
  const defined = entriesOf(vars).map(([key, v]) => ({ key, expr: parseExpression(v, scope) }))
  let inner = scope
  const bound = defined.map(({ key, expr }) => {
    const made = bind(inner, key)
    inner = made.scope
    return { slot: made.slot, expr }
  })
  const body = parseExpression(given.get('in') as Value, inner)
  const { slots } = scope.frame
  const ask = (): Maybe => {
    const values = bound.map(({ expr }) => expr.ask())
    bound.forEach(({ slot }, i) => {
      slots[slot] = values[i]
    })
    return body.ask()
  }
  return { ask, fixed: false }
}

export const LOGIC: Record<string, Operator> = {
  $eq: compares((order) => order === 0),
  $ne: compares((order) => order !== 0),
  $gt: compares((order) => order > 0),
  $gte: compares((order) => order >= 0),
  $lt: compares((order) => order < 0),
  $lte: compares((order) => order <= 0),
  $cmp: takes(2, 2, ([a, b], _name, scope) => int32(Math.sign(compareMaybe(a, b, scope)))),
  $and: either(false),
  $or: either(true),
  $not: takes(1, 1, ([v]) => bool(!isTrue(v))),
  $cond: cond,
  $ifNull: ifNull,
  $switch: switchOn,
  $let: letIn,
  $literal: (arg) => constant(arg),
  $const: (arg) => constant(arg),
  $expr: (arg, scope) => parseExpression(arg, scope),
  $rand: (arg) => {
    const empty =
      (arg.type === T.OBJECT && entriesOf(arg).length === 0) || (arg.type === T.ARRAY && itemsOf(arg).length === 0)
    if (!empty) throw new CommandError(3040501, '$rand does not currently accept arguments')
    return { ask: () => randomValue(), fixed: false }
  },
}

const randomValue = (): Value => {
  const bytes = crypto.getRandomValues(new Uint32Array(2))
  const [high = 0, low = 0] = bytes
  return double(((high >>> 5) * 67108864 + (low >>> 6)) / 9007199254740992)
}
