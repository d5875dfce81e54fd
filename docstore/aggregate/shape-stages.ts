import * as T from '../bson/types.ts'
import { bytesOf, docValue, entriesOf, Fields, isContainer, itemsOf, stringOf, Value } from '../bson/value.ts'
import { Writer } from '../bson/writer.ts'
import { CommandError } from '../errors.ts'
import { type Maybe, text } from '../expression/make.ts'
import { typeOf } from '../expression/operator.ts'
import { parseExpression } from '../expression/parse.ts'
import { askOf, type Expr, ROOT, withNames } from '../expression/scope.ts'
import { checkDeadline } from '../plan/deadline.ts'
import type { Context, Stage } from './context.ts'
import { addFieldsTree, projectTree, shaper, unsetTree } from './project.ts'
import { watched } from './row.ts'

/** What stages need that look at nothing but the document at hand. */
export type InScope = Pick<Context, 'scope'>

/** A stage that makes one document of each. */
export const each = (name: string, change: (doc: Buffer) => Buffer): Stage => ({
  name,
  *run(rows) {
    for (const row of watched(rows, checkDeadline)) yield change(row)
  },
})

export const project = (v: Value, { scope }: InScope): Stage => {
  if (v.type !== T.OBJECT) throw new CommandError(15969, '$project specification must be an object')
  return each('$project', shaper(projectTree(v, scope), scope))
}

const adding = (name: '$addFields' | '$set') => {
  return (v: Value, { scope }: InScope): Stage => {
    const tree = addFieldsTree(v, scope, name)
    return { ...each('$addFields', shaper(tree, scope)), changes: new Set(tree.rules.keys()) }
  }
}

export const addFields = adding('$addFields')
export const set = adding('$set')

export const unset = (v: Value, { scope }: InScope): Stage => {
  const items = v.type === T.ARRAY ? itemsOf(v) : [v]
  if (v.type !== T.ARRAY && v.type !== T.STRING)
    throw new CommandError(31002, '$unset specification must be a string or an array')
  if (items.length === 0)
    throw new CommandError(31119, '$unset specification must be a string or an array with at least one field')
  const paths = items.map((item) => {
    if (item.type !== T.STRING)
      throw new CommandError(31120, '$unset specification must be a string or an array containing only string values')
    return stringOf(item)
  })
  const tree = unsetTree(paths)
  return { ...each('$unset', shaper(tree, scope)), changes: new Set(tree.rules.keys()) }
}

const replaceBy = (expr: Expr, { scope }: InScope, name: string): Stage =>
  each(name, (doc) => {
    const made = askOf(scope, expr, doc)
    if (made?.type !== T.OBJECT)
      throw new CommandError(
        40228,
        `'newRoot' expression must evaluate to an object, but resulting value was of type: ${typeOf(made)}`,
      )
    return bytesOf(made)
  })

export const replaceRoot = (v: Value, context: InScope): Stage => {
  if (v.type !== T.OBJECT)
    throw new CommandError(40229, `expected an object as specification for $replaceRoot stage, got ${typeOf(v)}`)
  const given = new Map(entriesOf(v))
  for (const key of given.keys())
    if (key !== 'newRoot') throw new CommandError(40415, `BSON field '$replaceRoot.${key}' is an unknown field.`)
  const expr = given.get('newRoot')
  if (!expr) throw new CommandError(40414, "BSON field '$replaceRoot.newRoot' is missing but a required field")
  return replaceBy(parseExpression(expr, context.scope), context, '$replaceRoot')
}

export const replaceWith = (v: Value, context: InScope): Stage =>
  replaceBy(parseExpression(v, context.scope), context, '$replaceWith')

const DESCEND = text('descend')
const PRUNE = text('prune')
const KEEP = text('keep')

/** What is left of a document or of anything inside of it; undefined is nothing. */
const redacted = (v: Value, decide: (doc: Value) => Maybe): Value | undefined => {
  if (v.type === T.ARRAY) return redactedList(v, decide)
  if (v.type !== T.OBJECT) return v
  const way = decide(v)
  if (way === KEEP) return v
  if (way === PRUNE) return undefined
  if (way !== DESCEND) throw new CommandError(17053, '$redact must only return DESCEND, PRUNE or KEEP')
  const w = new Writer(v.end - v.start)
  const mark = w.open()
  const fields = new Fields(v.buf, v.start)
  while (fields.next()) {
    const inner = isContainer(fields.type) ? redacted(fields.value, decide) : fields.value
    if (inner) w.value(fields.name, inner)
  }
  w.close(mark)
  return docValue(w.done())
}

const redactedList = (list: Value, decide: (doc: Value) => Maybe): Value => {
  const w = new Writer(list.end - list.start)
  const mark = w.open()
  let at = 0
  for (const item of itemsOf(list)) {
    const left = redacted(item, decide)
    if (left) w.value(String(at++), left)
  }
  w.close(mark)
  const buf = w.done()
  return new Value(buf, T.ARRAY, 0, buf.length)
}

export const redact = (v: Value, { scope }: InScope): Stage => {
  const inner = withNames(scope, ['DESCEND', 'PRUNE', 'KEEP', 'CURRENT'])
  const { slots } = scope.frame
  const slot = (name: string): number => inner.names.get(name) as number
  slots[slot('DESCEND')] = DESCEND
  slots[slot('PRUNE')] = PRUNE
  slots[slot('KEEP')] = KEEP
  const expr = parseExpression(v, inner)
  const current = slot('CURRENT')
  return {
    name: '$redact',
    *run(rows) {
      for (const row of rows) {
        const doc = docValue(row)
        const left = redacted(doc, (level) => {
          slots[ROOT] = doc
          slots[current] = level
          return expr.ask()
        })
        if (left) yield bytesOf(left)
      }
    },
  }
}
