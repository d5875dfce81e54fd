import * as T from '../bson/types.ts'
import { Value } from '../bson/value.ts'
import { EVERYTHING, type Node } from '../filter/node.ts'
import { newDoc } from '../store/new-doc.ts'
import { applyChanges, type Occasion } from './apply.ts'
import type { Change } from './parse.ts'
import { equalitiesOf, type Update } from './statement.ts'
import { emptyDoc } from './tree.ts'

const asDoc = (bytes: Buffer): Value => new Value(bytes, T.OBJECT, 0, bytes.length)

/** The document an upsert inserts: the filter's equalities, then the update, then an _id if there is none. */
export const upsertDoc = (filter: Node, update: Update, occasion: Occasion): Buffer => {
  const equalities = equalitiesOf(filter)
  const start: Change[] = [...equalities]
    .filter(([path]) => !update.replaces || path === '_id')
    .map(([path, arg]) => ({ name: '$set', path, parts: path.split('.'), arg }))
  const plain: Occasion = { ...occasion, filter: EVERYTHING, arrayFilters: new Map() }
  const base = applyChanges(emptyDoc().value, start, plain) ?? Buffer.from([5, 0, 0, 0, 0])
  const made = update.apply(asDoc(base), occasion) ?? base
  return newDoc(asDoc(made), occasion.nowMs)
}
