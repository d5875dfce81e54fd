import * as T from '../bson/types.ts'
import { findField, itemsOf, type Value } from '../bson/value.ts'
import { pathOf } from '../keys/path.ts'
import { matches } from './match.ts'
import type { Node } from './node.ts'

const arrayAt = (doc: Value, path: string): Value | undefined => {
  let v: Value | undefined = doc
  for (const name of pathOf(path).names) v = v?.type === T.OBJECT ? findField(v.buf, v.start, name) : undefined
  return v?.type === T.ARRAY ? v : undefined
}

const asks = (node: Node, array: string): ((item: Value) => boolean) | undefined => {
  if (node.kind === 'and' || node.kind === 'or') {
    for (const part of node.parts) {
      const found = asks(part, array)
      if (found) return found
    }
    return undefined
  }
  if (node.kind !== 'field') return undefined
  const { path, test } = node
  if (path.text === array) return test.element ?? test.ask
  if (!path.text.startsWith(`${array}.`)) return undefined
  const rest: Node = { kind: 'field', path: pathOf(path.text.slice(array.length + 1)), test }
  return (item) => item.type === T.OBJECT && matches(rest, item)
}

/** The index of the array element by which a document matched: what the positional `$` stands for. */
export const matchedPosition = (filter: Node, doc: Value, array: string): number | undefined => {
  const ask = asks(filter, array)
  const list = ask && arrayAt(doc, array)
  if (!list) return undefined
  const at = itemsOf(list).findIndex(ask)
  return at < 0 ? undefined : at
}
