import * as T from '../bson/types.ts'
import type { Collation } from '../collation/collation.ts'
import type { Node, Test } from '../filter/node.ts'
import type { Index } from '../store/index.ts'
import { sameCollation } from './collated.ts'

/** A condition that no document without the field satisfies. */
const needsField = (test: Test): boolean =>
  test.kind === 'exists' ||
  (test.kind === 'eq' && test.type !== T.NULL) ||
  (test.kind === 'in' && test.exact === true) ||
  (test.kind === 'range' && test.type !== T.NULL) ||
  test.types !== undefined ||
  test.prefix !== undefined

interface Comparison {
  /** texts compare in the question as they do in the index */
  readonly same: boolean
  readonly collated: boolean
}

const sameSide = (a: Test, b: Test): boolean => a.operator?.startsWith('$g') === b.operator?.startsWith('$g')

const impliesRange = (given: Test, wanted: Test, by: Comparison): boolean => {
  if (!given.key || !wanted.key) return false
  if (given.kind === 'eq') return given.value !== undefined && wanted.ask(given.value)
  if (given.kind !== 'range' || !sameSide(given, wanted)) return false
  if (T.rankOf(given.type as number) !== T.rankOf(wanted.type as number)) return false
  if (given.text && by.collated) return given.operator === wanted.operator && given.key.equals(wanted.key)
  const order = Buffer.compare(given.key, wanted.key)
  if (order === 0) return given.operator === wanted.operator || wanted.operator?.endsWith('e') === true
  return wanted.operator?.startsWith('$g') ? order > 0 : order < 0
}

const implies = (given: Test, wanted: Test, by: Comparison): boolean => {
  switch (wanted.kind) {
    case 'exists':
      return needsField(given)
    case 'eq':
      return given.kind === 'eq' && given.key !== undefined && wanted.key?.equals(given.key) === true
    case 'in': {
      const allowed = new Set(wanted.keys?.map((key) => key.toString('latin1')))
      const keys = given.kind === 'eq' && given.key ? [given.key] : given.kind === 'in' ? (given.keys ?? []) : []
      return keys.length > 0 && keys.every((key) => allowed.has(key.toString('latin1')))
    }
    case 'range':
      return impliesRange(given, wanted, by)
    default: {
      const types = wanted.types
      if (!types) return false
      if (given.kind === 'eq') return types.has(given.type as number)
      if (given.kind === 'range') return given.type === T.STRING && types.has(T.STRING)
      return given.types?.isSubsetOf(types) === true
    }
  }
}

const holds = (wanted: Node, byPath: ReadonlyMap<string, Test[]>, by: Comparison): boolean => {
  if (wanted.kind === 'and') return wanted.parts.every((part) => holds(part, byPath, by))
  if (wanted.kind === 'or') return wanted.parts.some((part) => holds(part, byPath, by))
  if (wanted.kind !== 'field' || (wanted.test.text && !by.same)) return false
  return (byPath.get(wanted.path.text) ?? []).some((given) => implies(given, wanted.test, by))
}

/** Whether an index holds every document the filter can match: sparse and partial ones leave some out. */
export const holdsAll = (
  index: Index,
  byPath: ReadonlyMap<string, Test[]>,
  collation: Collation | undefined,
): boolean => {
  if (index.sparse && index.multikey && index.fields.some(({ path }) => path.positional)) return false
  if (index.sparse && !index.fields.some(({ path }) => byPath.get(path.text)?.some(needsField))) return false
  return (
    !index.partial ||
    holds(index.partial, byPath, { same: sameCollation(index, collation), collated: collation !== undefined })
  )
}
