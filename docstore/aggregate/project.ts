import * as T from '../bson/types.ts'
import { docValue, entriesOf, type Value } from '../bson/value.ts'
import { CommandError } from '../errors.ts'
import { isTrue } from '../expression/operator.ts'
import { OPERATORS } from '../expression/operators.ts'
import { parseExpression } from '../expression/parse.ts'
import { pathNames } from '../expression/path.ts'
import { ROOT, type Scope } from '../expression/scope.ts'
import { applyTree, newTree, place, type Tree } from './tree.ts'

interface Leaf {
  readonly path: string
  readonly v: Value
}

const isOperator = (v: Value): boolean => v.type === T.OBJECT && entriesOf(v)[0]?.[0].startsWith('$') === true

/** Paths and what stands at them; documents that are no expressions are walked into. */
const leavesOf = (v: Value, prefix: string, emptyCode: number): Leaf[] =>
  entriesOf(v).flatMap(([name, inner]): Leaf[] => {
    const path = prefix + name
    if (inner.type !== T.OBJECT || isOperator(inner)) return [{ path, v: inner }]
    if (prefix !== '' && name.includes('.'))
      throw new CommandError(40183, `FieldPath field names may not contain '.' in a nested object: ${name}`)
    const leaves = leavesOf(inner, `${path}.`, emptyCode)
    if (leaves.length === 0)
      throw new CommandError(
        emptyCode,
        `An empty sub-projection is not a valid value. Found empty object at path '${path}'`,
      )
    return leaves
  })

/** Whether a field is plainly kept or dropped; undefined for what is computed. */
const plain = (v: Value): boolean | undefined => (v.type === T.BOOL || T.isNumeric(v.type) ? isTrue(v) : undefined)

const modeOf = (leaves: readonly Leaf[]): 'keep' | 'drop' => {
  let keeps: boolean | undefined
  for (const { path, v } of leaves) {
    const taken = plain(v)
    if (path === '_id' && taken !== undefined) continue
    if (taken === undefined && keeps === false)
      throw new CommandError(
        31252,
        `Invalid $project :: caused by :: Cannot use an expression for field ${path} in exclusion projection`,
      )
    const next = taken ?? true
    if (keeps !== undefined && next !== keeps)
      throw keeps
        ? new CommandError(
            31254,
            `Invalid $project :: caused by :: Cannot do exclusion on field ${path} in inclusion projection`,
          )
        : new CommandError(
            31253,
            `Invalid $project :: caused by :: Cannot do inclusion on field ${path} in exclusion projection`,
          )
    keeps = next
  }
  if (keeps === undefined) keeps = leaves.every(({ v }) => plain(v) !== false)
  return keeps ? 'drop' : 'keep'
}

const checkLeaf = (path: string, v: Value): void => {
  if (path.split('.').slice(1).includes('$'))
    throw new CommandError(
      31324,
      'Invalid $project :: caused by :: Cannot use positional projection in aggregation projection',
    )
  const operator = isOperator(v) ? entriesOf(v)[0]?.[0] : undefined
  if (operator && !OPERATORS.has(operator))
    throw new CommandError(31325, `Invalid $project :: caused by :: Unknown expression ${operator}`)
}

/** The rules of a $project. Throws 31249 to 31254, 51270, 51272 and what is wrong with its expressions. */
export const projectTree = (v: Value, scope: Scope): Tree => {
  const leaves = leavesOf(v, '', 51270)
  if (leaves.length === 0)
    throw new CommandError(
      51272,
      'Invalid $project :: caused by :: projection specification must have at least one field',
    )
  const others = modeOf(leaves)
  const tree = newTree(others)
  for (const { path, v: inner } of leaves) {
    checkLeaf(path, inner)
    const taken = plain(inner)
    const rule = taken === undefined ? parseExpression(inner, scope) : taken ? 'keep' : 'drop'
    place(tree, pathNames(path), rule, path, '$project')
  }
  if (others === 'drop' && !tree.rules.has('_id')) tree.rules.set('_id', 'keep')
  return tree
}

/** The rules of an $addFields or $set. */
export const addFieldsTree = (v: Value, scope: Scope, name: string): Tree => {
  if (v.type !== T.OBJECT)
    throw new CommandError(40272, `${name} specification stage must be an object, got ${T.typeName(v.type)}`)
  const leaves = leavesOf(v, '', 40180)
  if (leaves.length === 0)
    throw new CommandError(40177, 'Invalid $addFields :: caused by :: specification must have at least one field')
  const tree = newTree('keep')
  for (const { path, v: inner } of leaves) place(tree, pathNames(path), parseExpression(inner, scope), path, name)
  return tree
}

/** The rules of an $unset. */
export const unsetTree = (paths: readonly string[]): Tree => {
  const tree = newTree('keep')
  for (const path of paths) place(tree, pathNames(path), 'drop', path, '$unset')
  return tree
}

/** A function that applies rules to documents. */
export const shaper = (tree: Tree, { frame }: Scope): ((doc: Buffer) => Buffer) => {
  return (doc) => {
    const v = docValue(doc)
    frame.slots[ROOT] = v
    return applyTree(v, tree)
  }
}
