import { toBson, valueToJs } from '../bson/js.ts'
import { docValue, findField } from '../bson/value.ts'
import { CommandError } from '../errors.ts'
import { matches } from '../filter/match.ts'
import { parseFilter } from '../filter/parse.ts'
import type { Collection } from './collection.ts'

const ID = Buffer.from('_id')
type Check = (doc: Buffer, before?: Buffer) => void
const cache = new WeakMap<object, Check>()

const make = (validator: Record<string, unknown>, moderate: boolean): Check => {
  const filter = parseFilter(docValue(toBson(validator)))
  return (doc, before) => {
    if (matches(filter, docValue(doc))) return
    if (moderate && before && !matches(filter, docValue(before))) return
    const id = findField(doc, 0, ID)
    throw new CommandError(121, 'Document failed validation', {
      errInfo: {
        failingDocumentId: id && valueToJs(id),
        details: { operatorName: Object.keys(validator)[0] ?? '', specifiedAs: validator },
      },
    })
  }
}

/** The check a collection was created with, undefined if it has none or only warns. */
export const validatorOf = (collection: Collection): Check | undefined => {
  const { validator, validationAction, validationLevel } = collection.options
  if (!validator || Object.keys(validator).length === 0) return undefined
  if (validationAction === 'warn' || validationLevel === 'off') return undefined
  const known = cache.get(collection.options)
  if (known) return known
  const check = make(validator, validationLevel === 'moderate')
  cache.set(collection.options, check)
  return check
}
