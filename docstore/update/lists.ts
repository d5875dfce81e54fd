import * as T from '../bson/types.ts'
import type { Value } from '../bson/value.ts'
import { badValue, typeMismatch } from '../errors.ts'
import { shellText } from '../store/shell-text.ts'
import type { Spot } from './operator.ts'
import { emptyArray, Tree } from './tree.ts'

/** How messages name the document that is updated. */
export const idText = (id: Value | undefined): string => (id ? `{_id: ${shellText(id)}}` : '{}')

/** A copy of the elements of a field. Throws 2 or 14 if it is no array. */
export const listOf = (old: Tree, name: string, spot: Spot): Tree[] => {
  if (old.type === T.ARRAY) return [...old.items]
  const type = T.typeName(old.type)
  switch (name) {
    case '$push':
      throw badValue(`The field '${spot.path}' must be an array but is of type ${type} in document ${idText(spot.id)}`)
    case '$addToSet':
      throw badValue(`Cannot apply $addToSet to non-array field. Field named '${spot.path}' has non-array type ${type}`)
    case '$pop':
      throw typeMismatch(`Path '${spot.path}' contains an element of non-array type '${type}'`)
    default:
      throw badValue(`Cannot apply ${name} to a non-array value`)
  }
}

/** An array with other elements. */
export const changed = (old: Tree | undefined, items: Tree[]): Tree => {
  const next = old ? new Tree(old.value) : emptyArray()
  next.items = items
  return next
}
