import * as T from '../bson/types.ts'
import { Fields, findField, type Value } from '../bson/value.ts'
import type { Path } from '../keys/path.ts'
import type { Node, Test } from './node.ts'

const askEnd = (v: Value | undefined, test: Test): boolean => {
  if (test.spread && v?.type === T.ARRAY) {
    const items = new Fields(v.buf, v.start)
    while (items.next()) if (test.ask(items.value)) return true
  }
  return test.ask(v)
}

const askArray = (array: Value, path: Path, depth: number, test: Test): boolean => {
  const wanted = path.positions[depth] as number
  const items = new Fields(array.buf, array.start)
  for (let i = 0; items.next(); i++) {
    if (items.type === T.OBJECT && askDoc(items.buf, items.start, path, depth, test)) return true
    if (i !== wanted) continue
    const item = items.value
    if (depth + 1 === path.names.length) {
      if (askEnd(item, test)) return true
    } else if (item.type === T.OBJECT && askDoc(item.buf, item.start, path, depth + 1, test)) return true
    else if (item.type === T.ARRAY && askArray(item, path, depth + 1, test)) return true
  }
  return false
}

/** Follows a path from a document as MongoDB does: arrays on the way are entered, positions are followed. */
const askDoc = (buf: Buffer, start: number, path: Path, depth: number, test: Test): boolean => {
  const v = findField(buf, start, path.names[depth] as Buffer)
  if (depth + 1 === path.names.length) return askEnd(v, test)
  if (v?.type === T.OBJECT) return askDoc(buf, v.start, path, depth + 1, test)
  if (v?.type === T.ARRAY) return askArray(v, path, depth + 1, test)
  return test.ask(undefined)
}

/** Whether a document matches a filter. */
export const matches = (node: Node, doc: Value): boolean => {
  switch (node.kind) {
    case 'field':
      return askDoc(doc.buf, doc.start, node.path, 0, node.test)
    case 'and':
      for (const part of node.parts) if (!matches(part, doc)) return false
      return true
    case 'or':
      for (const part of node.parts) if (matches(part, doc)) return true
      return false
    case 'nor':
      for (const part of node.parts) if (matches(part, doc)) return false
      return true
    case 'not':
      return !matches(node.part, doc)
    case 'call':
      return node.ask(doc)
  }
}
