import * as T from '../bson/types.ts'
import { findField, Value } from '../bson/value.ts'
import { Writer } from '../bson/writer.ts'
import { badValue, CommandError } from '../errors.ts'
import { matches } from '../filter/match.ts'
import type { Node } from '../filter/node.ts'
import { matchedPosition } from '../filter/position.ts'
import { shellText } from '../store/shell-text.ts'
import type { Spot } from './operator.ts'
import type { ArrayFilters, Change } from './parse.ts'
import { isDynamic, TouchedPaths } from './touched.ts'
import { emptyDoc, nullTree, Tree } from './tree.ts'

/** What an update is applied with. */
export interface Occasion {
  readonly filter: Node
  readonly arrayFilters: ArrayFilters
  readonly nowMs: number
  /** an upsert makes a new document: $setOnInsert counts */
  readonly insert: boolean
}

const MAX_PADDING = 1_500_000
const ID = Buffer.from('_id')

const notViable = (part: string, name: string, parent: Tree): CommandError =>
  new CommandError(28, `Cannot create field '${part}' in element {${name}: ${shellText(parent.toValue())}}`)

const notMatched = (): CommandError => badValue('The positional operator did not find the match needed from the query.')

const notAnArray = (part: string, name: string, tree: Tree): CommandError =>
  part === '$'
    ? notMatched()
    : badValue(`Cannot apply array updates to non-array element ${name}: ${shellText(tree.toValue())}`)

const put = (parent: Tree, part: string, child: Tree, name: string): void => {
  if (parent.type === T.OBJECT) {
    parent.set(part, child)
    return
  }
  if (parent.type !== T.ARRAY || !/^(0|[1-9]\d*)$/.test(part)) throw notViable(part, name, parent)
  const at = Number(part)
  const { items } = parent
  if (at - items.length > MAX_PADDING) throw badValue(`can't backfill more than ${MAX_PADDING} elements`)
  while (items.length < at) items.push(nullTree())
  items[at] = child
}

/** Changes that make nothing where there is nothing. */
const REMOVERS = new Set(['$unset', '$pull', '$pullAll', '$pop'])

const DBREF = new Set(['$ref', '$id', '$db'])

interface Walk {
  readonly change: Change
  readonly occasion: Occasion
  readonly root: Tree
  readonly doc: Value
  readonly spot: Omit<Spot, 'path' | 'inArray'>
  /** where changes went so far, if some of them go by position */
  readonly touched: TouchedPaths | undefined
}

const matchesElement = (filter: Node, id: string, item: Tree): boolean => {
  const w = new Writer()
  const mark = w.open()
  w.value(id, item.toValue())
  w.close(mark)
  return matches(filter, new Value(w.done(), T.OBJECT, 0, w.at))
}

const positionsIn = (walk: Walk, array: Tree, part: string): number[] => {
  if (part === '$') {
    const at = matchedPosition(walk.occasion.filter, walk.doc)
    if (at === undefined || walk.occasion.insert) throw notMatched()
    return [at]
  }
  if (part === '$[]') return array.items.map((_, i) => i)
  const id = part.slice(2, -1)
  const filter = walk.occasion.arrayFilters.get(id) as Node
  return array.items.flatMap((item, i) => (matchesElement(filter, id, item) ? [i] : []))
}

const applyAt = (walk: Walk, parent: Tree, depth: number, done: readonly string[]): boolean => {
  const { change } = walk
  const part = change.parts[depth] as string
  if (isDynamic(part)) {
    if (parent.type !== T.ARRAY) throw notAnArray(part, done.at(-1) ?? '', parent)
    let any = false
    for (const at of positionsIn(walk, parent, part)) any = applyPart(walk, parent, String(at), depth, done) || any
    return any
  }
  return applyPart(walk, parent, part, depth, done)
}

const applyPart = (walk: Walk, parent: Tree, part: string, depth: number, done: readonly string[]): boolean => {
  const { change } = walk
  const here = [...done, part]
  const child = parent.child(part)
  if (change.name === '$pop' && parent.type === T.ARRAY && !/^\d+$/.test(part))
    throw notViable(part, done.at(-1) ?? '', parent)
  if (depth === change.parts.length - 1) return applyHere(walk, parent, part, child, here)
  if (child && (child.type === T.OBJECT || child.type === T.ARRAY)) return applyAt(walk, child, depth + 1, here)
  if (change.name === '$pop' && child) throw notViable(change.parts[depth + 1] as string, part, child)
  if (REMOVERS.has(change.name)) return false
  const next = change.parts[depth + 1] as string
  if (child) throw isDynamic(next) ? notAnArray(next, part, child) : notViable(next, part, child)
  if (next === '$') throw notMatched()
  if (isDynamic(next))
    throw badValue(`The path '${here.join('.')}' must exist in the document in order to apply array updates.`)
  const made = emptyDoc()
  const any = applyAt(walk, made, depth + 1, here)
  put(parent, part, made, done.at(-1) ?? '')
  return any
}

const applyHere = (
  walk: Walk,
  parent: Tree,
  part: string,
  child: Tree | undefined,
  here: readonly string[],
): boolean => {
  const { change, spot } = walk
  walk.touched?.add(here)
  const next = change.run(child, { ...spot, path: here.join('.'), inArray: parent.type === T.ARRAY })
  if (next === child) return false
  if (next) put(parent, part, next, here.at(-2) ?? '')
  else if (parent.type === T.OBJECT) parent.delete(part)
  return true
}

/** Names with a dollar may stand at the top of what is inserted, and deeper anywhere; an update brings none to the top. */
const checkTopName = ({ name, path, parts, to }: Change, { insert }: Occasion): void => {
  const top = to?.split('.')[0] ?? parts[0] ?? ''
  if (insert || REMOVERS.has(name) || !top.startsWith('$') || DBREF.has(top)) return
  throw new CommandError(
    52,
    `The dollar ($) prefixed field '${top}' in '${to ?? path}' is not allowed in the context of an update's replacement document. Consider using an aggregation pipeline with $replaceWith.`,
  )
}

const renameThrough = (root: Tree, parts: readonly string[], what: string): Tree | undefined => {
  let at: Tree | undefined = root
  for (const part of parts.slice(0, -1)) {
    const parent: Tree = at
    at = parent.child(part)
    if (!at) return undefined
    if (at.type !== T.ARRAY && at.type !== T.OBJECT) throw notViable(parts[parts.indexOf(part) + 1] as string, part, at)
    if (at.type === T.ARRAY)
      throw badValue(
        `The ${what} field cannot be an array element, '${parts.join('.')}' in doc has an array field called '${part}'`,
      )
  }
  return at
}

const rename = (walk: Walk): boolean => {
  const { change, root } = walk
  const from = renameThrough(root, change.parts, 'source')
  const name = change.parts.at(-1) as string
  const moved = from?.child(name)
  if (!from || !moved) return false
  const to = (change.to as string).split('.')
  renameThrough(root, to, 'destination')
  from.delete(name)
  const value = new Tree(moved.toValue())
  applyAt({ ...walk, change: { name: '$set', path: change.to as string, parts: to, run: () => value } }, root, 0, [])
  return true
}

/** Applies parsed changes to a document; gives the new document, or undefined when nothing changed. Throws 66 for _id. */
export const applyChanges = (doc: Value, changes: readonly Change[], occasion: Occasion): Buffer | undefined => {
  const root = new Tree(doc)
  const id = findField(doc.buf, doc.start, ID)
  const touched = changes.length > 1 && changes.some(({ parts }) => parts.some(isDynamic))
  const paths = touched ? new TouchedPaths() : undefined
  let any = false
  for (const change of changes) {
    paths?.next()
    if (change.name === '$setOnInsert' && !occasion.insert) continue
    checkTopName(change, occasion)
    const walk: Walk = { change, occasion, root, doc, spot: { id, nowMs: occasion.nowMs }, touched: paths }
    const did = change.name === '$rename' ? rename(walk) : applyAt(walk, root, 0, [])
    if (did && id && (change.parts[0] === '_id' || change.to?.split('.')[0] === '_id'))
      throw new CommandError(
        66,
        `Performing an update on the path '${change.path}' would modify the immutable field '_id'`,
      )
    any = did || any
  }
  if (!any) return undefined
  const { buf, start, end } = root.toValue()
  return start === 0 && end === buf.length ? buf : buf.subarray(start, end)
}
