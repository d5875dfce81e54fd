import * as T from '../bson/types.ts'
import { docValue, entriesOf, stringOf, type Value } from '../bson/value.ts'
import { equalityKeys } from '../collation/text-keys.ts'
import { CommandError } from '../errors.ts'
import type { Accumulator } from '../expression/accumulate.ts'
import { parseAccumulator } from '../expression/accumulator.ts'
import { int32, type Maybe, NULL_VALUE, object } from '../expression/make.ts'
import { typeOf } from '../expression/operator.ts'
import { parseExpression } from '../expression/parse.ts'
import type { Parsed } from '../expression/ranked.ts'
import { type Expr, ROOT, type Scope } from '../expression/scope.ts'
import { keyOf } from '../keys/extract.ts'
import { checkDeadline } from '../plan/deadline.ts'
import { countBytes } from '../plan/memory.ts'
import type { Context, Stage } from './context.ts'
import { watched } from './row.ts'

/** An accumulated field of a group. */
export interface Output {
  readonly name: string
  readonly parsed: Parsed
}

const operatorOf = (name: string, v: Value): [string, Value] => {
  if (v.type !== T.OBJECT) throw new CommandError(40234, `The field '${name}' must be an accumulator object`)
  const [first, another] = entriesOf(v)
  if (!first || another) throw new CommandError(40238, `The field '${name}' must specify one accumulator`)
  if (!first[0].startsWith('$')) throw new CommandError(40234, `The field '${name}' must be an accumulator object`)
  return first
}

/** Reads `{name: {$sum: ...}}` for each field. Throws 40234 to 40238 and 15952. */
export const readOutputs = (fields: readonly [string, Value][], scope: Scope): Output[] =>
  fields.map(([name, v]) => {
    if (name.includes('.')) throw new CommandError(40235, `The field name '${name}' cannot contain '.'`)
    if (name.startsWith('$')) throw new CommandError(40236, `The field name '${name}' cannot be an operator name`)
    const [operator, arg] = operatorOf(name, v)
    return { name, parsed: parseAccumulator(operator, arg, scope) }
  })

interface Group {
  readonly id: Maybe
  readonly parts: readonly Accumulator[]
}

/** Documents in groups of one key; groups come in the order in which they were first met. */
export const grouped = (
  rows: Iterable<Buffer>,
  id: Expr,
  outputs: readonly Output[],
  scope: Scope,
): Iterable<Group> => {
  const textKey = equalityKeys(scope.collation)
  const groups = new Map<string, Group>()
  const { slots } = scope.frame
  const note = countBytes('$group')
  for (const row of watched(rows, checkDeadline)) {
    slots[ROOT] = docValue(row)
    const value = id.ask() ?? NULL_VALUE
    const key = keyOf(value, textKey).toString('latin1')
    let group = groups.get(key)
    if (!group) {
      group = { id: value, parts: outputs.map(({ parsed }) => parsed.start()) }
      groups.set(key, group)
      note(key.length * 2 + 64 + outputs.length * 64)
    }
    for (let i = 0; i < outputs.length; i++) group.parts[i]?.add((outputs[i] as Output).parsed.input.ask())
  }
  return groups.values()
}

/** The document of a group; `id` replaces what it was grouped by. */
export const groupDoc = (group: Group, outputs: readonly Output[], id: Maybe = group.id): Buffer =>
  object([
    ['_id', id ?? NULL_VALUE],
    ...outputs.map(({ name }, i): [string, Maybe] => [name, group.parts[i]?.done() ?? NULL_VALUE]),
  ]).buf

/** A $group that only counts, of which an index may know the answer. */
const countIn = (id: Expr, fields: readonly [string, Value][]): Stage['count'] => {
  const [only, another] = fields
  if (!only || another || !id.fixed) return undefined
  const { 0: first, length } = only[1].type === T.OBJECT ? entriesOf(only[1]) : []
  const one = first?.[1]
  if (length !== 1 || first?.[0] !== '$sum' || one?.type !== T.INT32 || one.buf.readInt32LE(one.start) !== 1)
    return undefined
  return { field: only[0], id: object([['_id', id.ask() ?? NULL_VALUE]]).buf }
}

/** A key of several fields computes each of them: a number or a truth is no expression there. */
const checkId = (v: Value): void => {
  const fields = v.type === T.OBJECT ? entriesOf(v) : []
  if (fields[0]?.[0].startsWith('$')) return
  for (const [, field] of fields)
    if (field.type === T.BOOL || T.isNumeric(field.type))
      throw new CommandError(17390, '$group does not support inclusion-style expressions')
}

export const group = (v: Value, { scope }: Context): Stage => {
  if (v.type !== T.OBJECT) throw new CommandError(15947, "a group's fields must be specified in an object")
  const entries = entriesOf(v)
  const idSpec = entries.find(([name]) => name === '_id')?.[1]
  if (!idSpec) throw new CommandError(15955, 'a group specification must include an _id')
  checkId(idSpec)
  const id = parseExpression(idSpec, scope)
  const fields = entries.filter(([name]) => name !== '_id')
  const outputs = readOutputs(fields, scope)
  const count = countIn(id, fields)
  return {
    name: '$group',
    ...(count ? { count } : {}),
    *run(rows) {
      for (const one of grouped(rows, id, outputs, scope)) yield groupDoc(one, outputs)
    },
  }
}

export const sortByCount = (v: Value, { scope }: Context): Stage => {
  const isPath = v.type === T.STRING && stringOf(v).startsWith('$')
  const isExpression = v.type === T.OBJECT && entriesOf(v)[0]?.[0].startsWith('$')
  if (v.type !== T.STRING && v.type !== T.OBJECT)
    throw new CommandError(
      40149,
      `the sortByCount field must be specified as a string or as an object, not ${typeOf(v)}`,
    )
  if (v.type === T.STRING && !isPath)
    throw new CommandError(
      40148,
      'the sortByCount field must be defined as a $-prefixed path or an expression inside an object',
    )
  if (v.type === T.OBJECT && !isExpression)
    throw new CommandError(
      40147,
      'the sortByCount field must be defined as a $-prefixed path or an expression inside an object',
    )
  const id = parseExpression(v, scope)
  const one: Output = { name: 'count', parsed: parseAccumulator('$sum', int32(1), scope) }
  return {
    name: '$sortByCount',
    *run(rows) {
      const docs = [...grouped(rows, id, [one], scope)].map((made) => ({
        made,
        n: Number(made.parts[0]?.done()?.buf.readInt32LE()),
      }))
      docs.sort((a, b) => b.n - a.n)
      for (const { made } of docs) yield groupDoc(made, [one])
    },
  }
}
