import * as T from '../bson/types.ts'
import { Value } from '../bson/value.ts'
import { CommandError } from '../errors.ts'
import { EVERYTHING, type Node } from '../filter/node.ts'
import { MAX_DOC_BYTES } from '../store/limits.ts'
import { newDoc } from '../store/new-doc.ts'
import { applyChanges, type Occasion } from './apply.ts'
import { readChange } from './parse.ts'
import { equalitiesOf, type Update } from './statement.ts'
import { emptyDoc } from './tree.ts'

const asDoc = (bytes: Buffer): Value => new Value(bytes, T.OBJECT, 0, bytes.length)

/** The document an upsert inserts: the filter's equalities, then the update, then an _id if there is none. */
export const upsertDoc = (filter: Node, update: Update, occasion: Occasion): Buffer => {
  const equalities = equalitiesOf(filter)
  const start = [...equalities]
    .filter(([path]) => !update.replaces || path === '_id')
    .map(([path, arg]) => readChange('$set', path, arg))
  const plain: Occasion = { ...occasion, filter: EVERYTHING, arrayFilters: new Map() }
  const base = applyChanges(emptyDoc().value, start, plain) ?? Buffer.from([5, 0, 0, 0, 0])
  const made = update.apply(asDoc(base), occasion) ?? base
  if (made.length > MAX_DOC_BYTES) throw new CommandError(17420, `Document to upsert is larger than ${MAX_DOC_BYTES}`)
  return newDoc(asDoc(made), occasion.nowMs)
}
