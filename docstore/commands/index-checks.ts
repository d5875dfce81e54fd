import * as T from '../bson/types.ts'
import { entriesOf, stringOf, type Value } from '../bson/value.ts'
import { badValue, CommandError, typeMismatch } from '../errors.ts'
import { parseFilter } from '../filter/parse.ts'
import type { IndexSpec } from '../store/index.ts'
import { shellText } from '../store/shell-text.ts'

const cannot = (message: string): CommandError => new CommandError(67, message)

/** What may stand beside the key { _id: 1 }. */
const ID_OPTIONS = new Set(['v', 'key', 'name', 'ns', 'background', 'collation'])
const COMPARISONS = new Set(['$eq', '$gt', '$gte', '$lt', '$lte', '$exists', '$type', '$in'])
const DOCUMENTS = ['key', 'partialFilterExpression', 'collation']
const TRUTHS = ['unique', 'sparse', 'hidden', 'prepareUnique', 'background']

const isId = (key: Value): boolean => {
  const [first, second] = entriesOf(key)
  return first?.[0] === '_id' && !second && ['1', '1.0'].includes(shellText(first[1]))
}

const checkName = (name: string, key: Value): void => {
  if (name === '*') throw badValue("The index name '*' is not valid.")
  if (name === '_id_' && !isId(key))
    throw badValue(
      `The index name '_id_' is reserved for the _id index, which must have key pattern {_id: 1}, found key: ${shellText(key)}`,
    )
  const [first, second] = entriesOf(key)
  if (first?.[0] === '_id' && !second && ['-1', '-1.0'].includes(shellText(first[1])))
    throw badValue(`The field 'key' for an _id index must be {_id: 1}, but got ${shellText(key)}`)
}

/** Checks which options an index specification has, and their types. Throws 2, 9, 14, 67 and 197. */
export const checkIndexFields = (v: Value): void => {
  const given = new Map(entriesOf(v))
  const key = given.get('key')
  const name = given.get('name')
  const version = given.get('v')
  if (!key) throw new CommandError(9, "The 'key' field is a required property of an index specification")
  for (const field of DOCUMENTS) {
    const type = given.get(field)?.type
    if (type !== undefined && type !== T.OBJECT)
      throw typeMismatch(`The field '${field}' must be an object, but got ${T.typeName(type)}`)
  }
  for (const field of TRUTHS) {
    const truth = given.get(field)
    if (truth && truth.type !== T.BOOL && !T.isNumeric(truth.type))
      throw typeMismatch(
        `The field '${field}' has value ${field}: ${shellText(truth)}, which is not convertible to bool`,
      )
  }
  if (!name) throw new CommandError(9, "The 'name' field is a required property of an index specification")
  if (name.type !== T.STRING) throw typeMismatch(`The field 'name' must be a string, but got ${T.typeName(name.type)}`)
  if (name.end - name.start === 5) throw cannot('index name cannot be empty')
  checkName(stringOf(name), key)
  if (version && !['1', '2', '1.0', '2.0'].includes(shellText(version)))
    throw cannot(`Invalid index specification ${shellText(v)}; cannot create an index with v=${shellText(version)}`)
  if (!isId(key)) return
  for (const field of given.keys())
    if (!ID_OPTIONS.has(field))
      throw new CommandError(
        197,
        `The field '${field}' is not valid for an _id index specification. Specification: ${shellText(v)}`,
      )
}

const supported = (filter: Value): boolean =>
  entriesOf(filter).every(([name, v]) => {
    if (name === '$and' || name === '$or')
      return entriesOf(v).every(([, part]) => part.type === T.OBJECT && supported(part))
    if (name.startsWith('$') || v.type === T.REGEX) return false
    const operators = v.type === T.OBJECT ? entriesOf(v).filter(([operator]) => operator.startsWith('$')) : []
    return operators.every(
      ([operator, arg]) => COMPARISONS.has(operator) && (operator !== '$exists' || shellText(arg) !== 'false'),
    )
  })

/** Checks that an index may stand on a time series. Throws 72 and 67. */
export const checkSeriesIndex = (spec: IndexSpec): void => {
  for (const option of ['unique', 'sparse'])
    if (spec[option]) throw new CommandError(72, `${option} indexes are not supported on time-series collections`)
  if (Object.values(spec.key).includes('hashed'))
    throw cannot('hashed indexes are not supported on time-series collections')
  if (spec.expireAfterSeconds !== undefined && !spec.partialFilterExpression)
    throw new CommandError(72, 'TTL indexes on time-series collections need a partialFilterExpression on the metaField')
}

/** Checks the filter of a partial index. Throws its own errors, 224 for `$expr` and 67 for what such a filter may not ask. */
export const checkPartialFilter = (filter: Value): void => {
  parseFilter(filter, { noExpr: true })
  if (!supported(filter)) throw cannot(`Expression not supported in partial index: ${shellText(filter)}`)
}
