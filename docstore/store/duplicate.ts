import type { Document } from 'bson'
import { toBson, toJs, valueToJs } from '../bson/js.ts'
import * as T from '../bson/types.ts'
import { docValue, findField, itemsOf, type Value } from '../bson/value.ts'
import { CommandError } from '../errors.ts'
import { keyOf } from '../keys/extract.ts'
import type { Path } from '../keys/path.ts'
import type { Collection } from './collection.ts'
import type { Index } from './index.ts'
import { shellText } from './shell-text.ts'

/** The values at a path of a document, those of arrays along it each. */
export const valuesAt = (v: Value | undefined, path: Path, depth: number): Value[] => {
  if (!v) return []
  if (v.type === T.ARRAY)
    return itemsOf(v).flatMap((item) => (depth === path.names.length ? [item] : valuesAt(item, path, depth)))
  if (depth === path.names.length) return [v]
  return v.type === T.OBJECT ? valuesAt(findField(v.buf, v.start, path.names[depth] as Buffer), path, depth + 1) : []
}

/** The values of the document that make up a key, nulls for missing fields. */
const keyValueOf = (index: Index, doc: Buffer, key: Buffer): Document =>
  Object.fromEntries(
    index.fields.map(({ path }) => {
      const values = valuesAt(docValue(doc), path, 0)
      const value =
        values.length > 1
          ? (values.find((v) => key.includes(keyOf(v, index.labels?.labelFor))) ?? values[0])
          : values[0]
      return [path.text, value ? valueToJs(value) : null]
    }),
  )

const collated = ({ spec }: Index): string =>
  spec.collation ? ` collation: ${shellText(docValue(toBson(spec.collation)))}` : ''

/** Error 11000 as MongoDB words it, with keyPattern and keyValue beside it. */
export const duplicateKey = (collection: Collection, index: Index, doc: Buffer, key: Buffer): CommandError => {
  const keyValue = keyValueOf(index, doc, key)
  const values = docValue(toBson(keyValue))
  return new CommandError(
    11000,
    `E11000 duplicate key error collection: ${collection.ns} index: ${index.name}${collated(index)} dup key: ${shellText(values)}`,
    { keyPattern: index.spec.key, keyValue: toJs(values) },
  )
}
