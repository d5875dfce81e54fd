import * as T from '../bson/types.ts'
import { Fields, type Value } from '../bson/value.ts'
import { indexName, Writer } from '../bson/writer.ts'
import { CommandError } from '../errors.ts'
import type { Expr } from '../expression/scope.ts'

/** What becomes of a field: kept, dropped, computed, or a document whose own fields have rules. */
export type Rule = 'keep' | 'drop' | Expr | Tree

/** Rules for the fields of a document. */
export interface Tree {
  readonly rules: Map<string, Rule>
  /** what becomes of fields without a rule */
  readonly others: 'keep' | 'drop'
  /** a field inside is computed */
  computes: boolean
}

export const newTree = (others: Tree['others']): Tree => ({ rules: new Map(), others, computes: false })

const isTree = (rule: Rule): rule is Tree => typeof rule === 'object' && 'rules' in rule

/** Puts a rule at the end of a path. Throws 31249 and 31250 when it meets another. */
export const place = (tree: Tree, names: readonly string[], rule: Rule, whole: string, stage: string): void => {
  const [name = '', ...rest] = names
  const known = tree.rules.get(name)
  if (typeof rule === 'object') tree.computes = true
  if (rest.length === 0) {
    if (known) throw new CommandError(31250, `Invalid ${stage} :: caused by :: Path collision at ${whole}`)
    tree.rules.set(name, rule)
    return
  }
  if (known && !isTree(known))
    throw new CommandError(
      31249,
      `Invalid ${stage} :: caused by :: Path collision at ${whole} remaining portion ${rest.join('.')}`,
    )
  const inner = known ?? newTree(tree.others)
  tree.rules.set(name, inner)
  place(inner, rest, rule, whole, stage)
}

const writeList = (w: Writer, list: Value, tree: Tree): void => {
  const mark = w.open()
  const items = new Fields(list.buf, list.start)
  let at = 0
  while (items.next()) {
    if (items.type === T.OBJECT || (items.type !== T.ARRAY && tree.computes)) {
      w.name(T.OBJECT, indexName(at++))
      writeDoc(w, items.type === T.OBJECT ? items.value : undefined, tree)
    } else if (items.type === T.ARRAY) {
      w.name(T.ARRAY, indexName(at++))
      writeList(w, items.value, tree)
    } else if (tree.others === 'keep') w.value(indexName(at++), items.value)
  }
  w.close(mark)
}

const writeInner = (w: Writer, name: string, v: Value | undefined, tree: Tree): void => {
  if (v?.type === T.ARRAY) {
    w.name(T.ARRAY, name)
    writeList(w, v, tree)
  } else if (v?.type === T.OBJECT || tree.computes) {
    w.name(T.OBJECT, name)
    writeDoc(w, v?.type === T.OBJECT ? v : undefined, tree)
  } else if (v && tree.others === 'keep') w.value(name, v)
}

const writeDoc = (w: Writer, doc: Value | undefined, tree: Tree): void => {
  const mark = w.open()
  const done = new Set<string>()
  const fields = doc && new Fields(doc.buf, doc.start)
  while (fields?.next()) {
    const name = fields.name
    const rule = tree.rules.get(name) ?? tree.others
    if (rule === 'drop') continue
    if (rule === 'keep') w.value(name, fields.value)
    else if (isTree(rule)) writeInner(w, name, fields.value, rule)
    else if (tree.others === 'keep') {
      const v = rule.ask()
      if (v) w.value(name, v)
    } else continue
    done.add(name)
  }
  if (tree.computes)
    for (const [name, rule] of tree.rules) {
      if (done.has(name) || typeof rule === 'string') continue
      if (isTree(rule)) {
        if (rule.computes) writeInner(w, name, undefined, rule)
        continue
      }
      const v = tree.others === 'keep' && doc && present(doc, name) ? undefined : rule.ask()
      if (v) w.value(name, v)
    }
  w.close(mark)
}

/** A field that was there and whose computed value is missing stays away. */
const present = (doc: Value, name: string): boolean => {
  const fields = new Fields(doc.buf, doc.start)
  while (fields.next()) if (fields.name === name) return true
  return false
}

/** The document after the rules. Expressions must have been pointed at it. */
export const applyTree = (doc: Value, tree: Tree): Buffer => {
  const w = new Writer(doc.end - doc.start + 64)
  writeDoc(w, doc, tree)
  return w.done()
}
