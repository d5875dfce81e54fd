import * as T from '../bson/types.ts'
import { stringOf, type Value } from '../bson/value.ts'
import type { Collation } from '../collation/collation.ts'
import type { Test } from '../filter/node.ts'
import { hashOf, keyOf } from '../keys/extract.ts'
import type { Index } from '../store/index.ts'
import type { Labels } from '../store/labels.ts'

const NONE = Buffer.alloc(0)

/** Whether an index orders texts as a question does. */
export const sameCollation = (index: Index, collation: Collation | undefined): boolean =>
  index.labels?.collation.id === collation?.id

/** Whether an index can be asked: numbers and dates lie alike in all, texts only under their own collation. */
export const answers = (index: Index, test: Test, collation: Collation | undefined): boolean => {
  if (test.prefix) return index.labels === undefined
  return !test.text || sameCollation(index, collation)
}

const labelledKey = (labels: Labels, v: Value): Buffer | undefined => {
  let missing = false
  const key = keyOf(v, (text) => {
    const { found } = labels.place(text)
    if (!found) missing = true
    return found?.label ?? NONE
  })
  return missing ? undefined : key
}

/** The keys an index may hold for equality with one or more constants; a text the index never met has none. */
export const pointsOf = (index: Index, test: Test, hashed: boolean): readonly Buffer[] => {
  const { labels } = index
  const plain = test.kind === 'eq' ? [test.key as Buffer] : (test.keys ?? [])
  const constants = test.kind === 'eq' ? [test.value as Value] : (test.values ?? [])
  const keys = labels && test.text ? [...labelledKeys(labels, constants)] : plain
  return hashed ? keys.map(hashOf).sort(Buffer.compare) : keys
}

const labelledKeys = (labels: Labels, constants: readonly Value[]): Iterable<Buffer> => {
  const keys = constants.map((v) => labelledKey(labels, v)).filter((key) => key !== undefined)
  return new Map(keys.sort(Buffer.compare).map((key) => [key.toString('latin1'), key])).values()
}

/** The key of a range's bound; for a text that the index never met, that of the next greater one, if there is any. */
export const boundOf = (index: Index, test: Test): { readonly key: Buffer | undefined; readonly met: boolean } => {
  const { labels } = index
  const { value } = test
  if (!labels || !value || (value.type !== T.STRING && value.type !== T.SYMBOL)) return { key: test.key, met: true }
  const { found, next } = labels.place(stringOf(value))
  const label = (found ?? next)?.label
  return { key: label && keyOf(value, () => label), met: found !== undefined }
}
