import { toBson, valueToJs } from '../bson/js.ts'
import * as T from '../bson/types.ts'
import { docValue, entriesOf, itemsOf, stringOf, type Value } from '../bson/value.ts'
import { CommandError } from '../errors.ts'
import { shellText } from '../store/shell-text.ts'
import { array, type Maybe, object } from './make.ts'
import { pathNames, valueAt } from './path.ts'
import { type Expr, type Scope, slotOf } from './scope.ts'

/** An expression that is a value. */
export const constant = (v: Maybe): Expr => ({ ask: () => v, fixed: true })

/**
 * An expression that never changes is computed at once, so that its mistakes show before a document is read; those of an
 * update show with the first document, as MongoDB's do.
 */
const folded = (expr: Expr, { isUpdate }: Scope): Expr => {
  if (!expr.fixed) return expr
  try {
    return constant(expr.ask())
  } catch (error) {
    if (!isUpdate) throw error
    return { ...expr, fixed: false }
  }
}

const parseVariable = (source: string, scope: Scope): Expr => {
  const [name = '', ...rest] = source.split('.')
  if (name === '') throw new CommandError(9, 'empty variable names are not allowed')
  if (!/^[\p{L}_\u0080-\uffff][\w\u0080-\uffff]*$/u.test(name))
    throw new CommandError(9, `'${name}' starts with an invalid character for a user variable name`)
  const slot = slotOf(scope, name)
  const { slots } = scope.frame
  if (rest.length === 0 && !source.endsWith('.')) return { ask: () => slots[slot], fixed: false }
  const names = pathNames(rest.join('.')).map((part) => Buffer.from(part))
  return { ask: () => valueAt(slots[slot], names), fixed: false }
}

const parsePath = (source: string, scope: Scope): Expr => {
  if (source === '') throw new CommandError(16872, "'$' by itself is not a valid FieldPath")
  const names = pathNames(source).map((part) => Buffer.from(part))
  const slot = slotOf(scope, 'CURRENT')
  const { slots } = scope.frame
  return { ask: () => valueAt(slots[slot], names), fixed: false }
}

const parseFields = (v: Value, scope: Scope): Expr => {
  const seen = new Set<string>()
  const fields = entriesOf(v).map(([name, inner]): [string, Expr] => {
    if (name.includes('.')) throw new CommandError(16412, `FieldPath field names may not contain '.'. Found: ${name}`)
    if (name.startsWith('$')) throw tooMany(v)
    if (seen.has(name)) throw new CommandError(16406, `duplicate field name specified in object literal: ${name}`)
    seen.add(name)
    return [name, parseExpression(inner, scope)]
  })
  const ask = (): Value => object(fields.map(([name, expr]) => [name, expr.ask()] as const))
  return folded({ ask, fixed: fields.every(([, expr]) => expr.fixed) }, scope)
}

const tooMany = (v: Value): CommandError =>
  new CommandError(15983, `An object representing an expression must have exactly one field: ${shellText(v)}`)

/** Parses an expression. Throws 168 for unknown operators, 17276 for unknown variables, and the codes of operators' own. */
export const parseExpression = (v: Value, scope: Scope): Expr => {
  if (v.type === T.STRING) {
    const source = stringOf(v)
    if (source.startsWith('$$')) return parseVariable(source.slice(2), scope)
    return source.startsWith('$') ? parsePath(source.slice(1), scope) : constant(v)
  }
  if (v.type === T.ARRAY) {
    const items = itemsOf(v).map((item) => parseExpression(item, scope))
    return folded(
      { ask: () => array(items.map((item) => item.ask())), fixed: items.every((item) => item.fixed) },
      scope,
    )
  }
  if (v.type !== T.OBJECT) return constant(v)
  const entries = entriesOf(v)
  const [first] = entries
  if (!first?.[0].startsWith('$')) return parseFields(v, scope)
  if (entries.length > 1) throw tooMany(v)
  const operator = scope.operators.get(first[0])
  if (!operator) throw new CommandError(168, `Unrecognized expression '${first[0]}'`)
  return folded(operator(first[1], scope, first[0]), scope)
}

/** Values of an expression's constant parts as JavaScript, for options and messages. */
export const plain = (v: Maybe): unknown => (v ? valueToJs(v) : undefined)

/** Parses an expression written in JavaScript. */
export const parseJs = (js: unknown, scope: Scope): Expr =>
  parseExpression(entriesOf(docValue(toBson({ e: js })))[0]?.[1] as Value, scope)
