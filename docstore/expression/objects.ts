import * as T from '../bson/types.ts'
import { entriesOf, findField, stringOf, type Value } from '../bson/value.ts'
import { CommandError } from '../errors.ts'
import { hashedKey } from './hashed-key.ts'
import { int32, int64, type Maybe, NULL_VALUE, object } from './make.ts'
import { isNullish, namedArgs, takes, typeOf, type Work } from './operator.ts'
import { constant, parseExpression } from './parse.ts'
import type { Expr, Operator, Scope } from './scope.ts'

const merge: Work = (args, name) => {
  const out = new Map<string, Value>()
  const docs = args.length === 1 && args[0]?.type === T.ARRAY ? entriesOf(args[0]).map(([, v]) => v) : args
  for (const doc of docs) {
    if (isNullish(doc)) continue
    if (doc.type !== T.OBJECT)
      throw new CommandError(40400, `${name} requires object inputs, but input is of type ${typeOf(doc)}`)
    for (const [key, v] of entriesOf(doc)) out.set(key, v)
  }
  return object(out)
}

/** The name of a field; it may be an expression that never changes. */
const fieldName = (v: Value, scope: Scope, name: string): Expr => {
  const expr = v.type === T.STRING && !stringOf(v).startsWith('$') ? constant(v) : parseExpression(v, scope)
  if (!expr.fixed && name !== '$getField')
    throw new CommandError(4161106, `${name} requires 'field' to evaluate to a constant, but it does not`)
  if (expr.fixed && expr.ask()?.type !== T.STRING)
    throw new CommandError(
      name === '$getField' ? 5654602 : 4161107,
      `${name} requires 'field' to evaluate to type String, found ${typeOf(expr.ask())}`,
    )
  return expr
}

const getField: Operator = (arg, scope, name) => {
  const isNamed = arg.type === T.OBJECT && !entriesOf(arg)[0]?.[0].startsWith('$')
  const given = isNamed
    ? namedArgs(arg, name, {
        required: ['field', 'input'],
        codes: { notObject: 3041701, unknown: 3041701, missing: 3041702 },
      })
    : new Map([['field', arg]])
  const field = fieldName(given.get('field') as Value, scope, name)
  const from = given.get('input')
  const input = from && parseExpression(from, scope)
  const { slots } = scope.frame
  const current = scope.names.get('CURRENT') as number
  const ask = (): Maybe => {
    const key = field.ask()
    if (key?.type !== T.STRING)
      throw new CommandError(3041704, `${name} requires 'field' to evaluate to type String, found ${typeOf(key)}`)
    const doc = input ? input.ask() : slots[current]
    if (isNullish(doc)) return doc
    return doc.type === T.OBJECT ? findField(doc.buf, doc.start, Buffer.from(stringOf(key))) : undefined
  }
  return { ask, fixed: false }
}

const setField: Operator = (arg, scope, name) => {
  const given = namedArgs(arg, name, {
    required: name === '$setField' ? ['field', 'input', 'value'] : ['field', 'input'],
    codes: { notObject: 4161100, unknown: 4161101, missing: 4161102 },
  })
  const field = stringOf(fieldName(given.get('field') as Value, scope, name).ask() as Value)
  const input = parseExpression(given.get('input') as Value, scope)
  const value = given.get('value')
  const made = value && parseExpression(value, scope)
  const ask = (): Maybe => {
    const doc = input.ask()
    if (isNullish(doc)) return NULL_VALUE
    if (doc.type !== T.OBJECT)
      throw new CommandError(4161105, `${name} requires 'input' to evaluate to type Object, found ${typeOf(doc)}`)
    const fields: Map<string, Maybe> = new Map(entriesOf(doc))
    fields.set(field, made?.ask())
    return object(fields)
  }
  return { ask, fixed: false }
}

const binarySize: Work = ([v]) => {
  if (isNullish(v)) return NULL_VALUE
  if (v.type === T.STRING) return int32(v.end - v.start - 5)
  if (v.type === T.BINARY) return int32(v.end - v.start - 5)
  throw new CommandError(51276, `$binarySize requires a string or BinData argument, found: ${typeOf(v)}`)
}

const bsonSize: Work = ([v]) => {
  if (isNullish(v)) return NULL_VALUE
  if (v.type !== T.OBJECT) throw new CommandError(31393, `$bsonSize requires a document input, found: ${typeOf(v)}`)
  return int32(v.end - v.start)
}

export const OBJECTS: Record<string, Operator> = {
  $mergeObjects: takes(0, Number.POSITIVE_INFINITY, merge),
  $getField: getField,
  $setField: setField,
  $unsetField: setField,
  $binarySize: takes(1, 1, binarySize),
  $bsonSize: takes(1, 1, bsonSize),
  $toHashedIndexKey: takes(1, 1, ([v]) => int64(hashedKey(v ?? NULL_VALUE))),
}
