import * as T from '../bson/types.ts'
import { findField, itemsOf, type Value } from '../bson/value.ts'
import type { Path } from '../keys/path.ts'
import { matches } from './match.ts'
import type { Node, Test } from './node.ts'
import { inTest } from './tests.ts'

/** The path below one of its fields, for what lies inside an element of an array there. */
const below = ({ names, positions, text, positional }: Path, depth: number): Path => ({
  text: text.split('.').slice(depth).join('.'),
  names: names.slice(depth),
  positions: positions.slice(depth),
  positional,
})

const elementAsks = (path: Path, test: Test, depth: number): ((item: Value) => boolean) => {
  if (depth === path.names.length) return test.element ?? test.ask
  const rest: Node = { kind: 'field', path: below(path, depth), test }
  return (item) => item.type === T.OBJECT && matches(rest, item)
}

/** The index, in the first array on the way, of the element that satisfies a condition. */
const indexIn = (doc: Value, path: Path, test: Test): number | undefined => {
  let v: Value | undefined = doc
  for (let depth = 0; v; depth++) {
    if (v.type === T.ARRAY) {
      const items = itemsOf(v)
      const at = items.findIndex(elementAsks(path, test, depth))
      if (at >= 0) return at
      v = items[path.positions[depth] ?? -1]
    } else {
      const name: Buffer | undefined = v.type === T.OBJECT ? path.names[depth] : undefined
      v = name && findField(v.buf, v.start, name)
    }
  }
  return undefined
}

/** Alternatives that are equalities of one field are one question with several answers. */
const asOneOf = (parts: readonly Node[]): Node | undefined => {
  const fields = parts.filter((part) => part.kind === 'field')
  const [first] = fields
  if (!first || fields.length < parts.length) return undefined
  if (fields.some(({ path, test }) => path.text !== first.path.text || test.kind !== 'eq')) return undefined
  return { kind: 'field', path: first.path, test: inTest(fields.map(({ test }) => test.value as Value)) }
}

/**
 * The index of the array element by which a document matched: what the positional `$` stands for. Of several conditions the last
 * one that looks into an array decides; alternatives and negations say nothing.
 */
export const matchedPosition = (filter: Node, doc: Value): number | undefined => {
  if (filter.kind === 'field') return indexIn(doc, filter.path, filter.test)
  if (filter.kind === 'or') {
    const one = asOneOf(filter.parts)
    return one && matchedPosition(one, doc)
  }
  if (filter.kind !== 'and') return undefined
  return filter.parts.reduce<number | undefined>((at, part) => matchedPosition(part, doc) ?? at, undefined)
}
