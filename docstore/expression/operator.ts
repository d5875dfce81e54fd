import * as T from '../bson/types.ts'
import { bytesOf, entriesOf, itemsOf, type Value } from '../bson/value.ts'
import { CommandError } from '../errors.ts'
import { readDecimal } from '../keys/decimal.ts'
import type { Maybe } from './make.ts'
import { parseExpression } from './parse.ts'
import type { Expr, Operator, Scope } from './scope.ts'

/** What an operator does with its computed arguments. */
export type Work = (args: Maybe[], name: string, scope: Scope) => Maybe

const argsOf = (arg: Value, scope: Scope): Expr[] =>
  (arg.type === T.ARRAY ? itemsOf(arg) : [arg]).map((item) => parseExpression(item, scope))

const checkCount = (name: string, got: number, least: number, most: number): void => {
  if (got >= least && got <= most) return
  if (least === most)
    throw new CommandError(16020, `Expression ${name} takes exactly ${least} arguments. ${got} were passed in.`)
  throw new CommandError(
    28667,
    `Expression ${name} takes at least ${least} arguments, and at most ${most}, but ${got} were passed in.`,
  )
}

/** An operator over a list of arguments, or over one that need not be in a list. */
export const takes = (least: number, most: number, work: Work): Operator => {
  return (arg, scope, name) => {
    const args = argsOf(arg, scope)
    checkCount(name, args.length, least, most)
    const [a, b] = args
    const fixed = args.every((expr) => expr.fixed)
    if (a && args.length === 1) return { ask: () => work([a.ask()], name, scope), fixed }
    if (a && b && args.length === 2) return { ask: () => work([a.ask(), b.ask()], name, scope), fixed }
    return {
      ask: () =>
        work(
          args.map((expr) => expr.ask()),
          name,
          scope,
        ),
      fixed,
    }
  }
}

/** The codes an operator with named arguments answers mistakes with. */
export interface NamedCodes {
  readonly notObject: number
  readonly unknown: number
  readonly missing: number
}

/** The arguments of an operator that has names for them; throws its codes for what is unknown or missing. */
export const namedArgs = (
  arg: Value,
  name: string,
  { required, optional = [], codes }: { required: readonly string[]; optional?: readonly string[]; codes: NamedCodes },
): Map<string, Value> => {
  if (arg.type !== T.OBJECT)
    throw new CommandError(
      codes.notObject,
      `${name} only supports an object as its argument, found: ${T.typeName(arg.type)}`,
    )
  const given = new Map(entriesOf(arg))
  for (const key of given.keys())
    if (!required.includes(key) && !optional.includes(key))
      throw new CommandError(codes.unknown, `Unrecognized parameter to ${name}: ${key}`)
  for (const key of required)
    if (!given.has(key)) throw new CommandError(codes.missing, `Missing '${key}' parameter to ${name}`)
  return given
}

/** An operator over named arguments, all of them expressions. */
export const takesNamed = (
  shape: { required: readonly string[]; optional?: readonly string[]; codes: NamedCodes },
  work: (args: Record<string, Maybe>, name: string, scope: Scope) => Maybe,
): Operator => {
  return (arg, scope, name) => {
    const parsed = [...namedArgs(arg, name, shape)].map(([key, v]) => [key, parseExpression(v, scope)] as const)
    const ask = (): Maybe => work(Object.fromEntries(parsed.map(([key, e]) => [key, e.ask()])), name, scope)
    return { ask, fixed: parsed.every(([, e]) => e.fixed) }
  }
}

/** Null, undefined or missing. */
export const isNullish = (v: Maybe): v is undefined | (Value & { readonly type: typeof T.NULL }) =>
  !v || v.type === T.NULL || v.type === T.UNDEFINED

/** The type of a value as messages name it. */
export const typeOf = (v: Maybe): string => (v ? T.typeName(v.type) : 'missing')

/** Whether a value counts as true: everything but false, null, undefined, missing and zero. */
export const isTrue = (v: Maybe): boolean => {
  if (isNullish(v)) return false
  const { buf, start, type } = v
  if (type === T.BOOL) return buf[start] === 1
  if (type === T.INT32) return buf.readInt32LE(start) !== 0
  if (type === T.INT64) return buf.readBigInt64LE(start) !== 0n
  if (type === T.DOUBLE) return buf.readDoubleLE(start) !== 0
  if (type !== T.DECIMAL) return true
  const exact = readDecimal(bytesOf(v))
  return typeof exact === 'number' || exact.digits !== 0n
}
