import type { Document } from 'bson'
import { toJs } from '../bson/js.ts'
import * as T from '../bson/types.ts'
import { entriesOf, findField, isEmptyDoc, type Value } from '../bson/value.ts'
import { type Collation, parseCollation } from '../collation/collation.ts'
import { badValue, CommandError, typeMismatch } from '../errors.ts'
import type { IndexSpec } from '../store/index.ts'
import { checkIndexFields, checkPartialFilter } from './index-checks.ts'

const OPTIONS = new Set([
  'v',
  'key',
  'name',
  'ns',
  'unique',
  'sparse',
  'background',
  'partialFilterExpression',
  'expireAfterSeconds',
  'hidden',
  'prepareUnique',
  'collation',
])
const MAX_FIELDS = 32
const REFUSED_KINDS = new Set(['text', '2d', '2dsphere', 'geoHaystack'])

const cannot = (message: string): CommandError => new CommandError(67, message)

const checkKey = (key: Document): void => {
  const entries = Object.entries(key)
  if (entries.length === 0) throw cannot('Index keys cannot be empty.')
  if (entries.length > MAX_FIELDS) throw new CommandError(13103, 'too many compound keys')
  for (const [path, direction] of entries) {
    if (path === '' || path.split('.').includes('')) throw cannot('Index keys cannot contain an empty field name')
    if (path.split('.').some((part) => part.startsWith('$') && !/^\$(\*\*|id|ref|db)$/.test(part)))
      throw cannot("Index key contains an illegal field name: field name starts with '$'.")
    if (direction === 'hashed') continue
    if (path.includes('$**') || typeof direction === 'string')
      throw cannot(
        path.includes('$**') || REFUSED_KINDS.has(direction)
          ? `Index type '${path.includes('$**') ? 'wildcard' : direction}' is not supported`
          : `Unknown index plugin '${direction}'`,
      )
    if (direction === 0) throw cannot('Values in the index key pattern cannot be 0.')
    if (typeof direction !== 'number' || direction === 0 || Number.isNaN(direction))
      throw cannot(
        `Values in v:2 index key pattern cannot be of type ${typeof direction} with value ${String(direction)}. Only numbers > 0 or < 0 are allowed`,
      )
  }
}

const checkHashed = ({ key, unique, collation }: Document): void => {
  const hashed = Object.values(key).filter((kind) => kind === 'hashed').length
  if (hashed === 0) return
  if (hashed > 1)
    throw new CommandError(
      31303,
      `A maximum of one index field is allowed to be hashed but found ${hashed} for 'key' ${JSON.stringify(key)}`,
    )
  if (unique)
    throw new CommandError(16764, 'Currently hashed indexes cannot guarantee uniqueness. Use a regular index.')
  if (collation) throw cannot(`Index type 'hashed' does not support collation: ${JSON.stringify(collation)}`)
}

const PARTIAL = Buffer.from('partialFilterExpression')
const COLLATION = Buffer.from('collation')

/** The collation an index gets: its own, or the collection's; the index over _id has no choice. */
const collationFor = (v: Value, key: Document, inherited: Collation | undefined): Collation | undefined => {
  const given = findField(v.buf, v.start, COLLATION)
  if (given && given.type !== T.OBJECT)
    throw typeMismatch(`The field 'collation' must be an object, but got ${T.typeName(given.type)}`)
  if (given && isEmptyDoc(given)) throw badValue("The field 'collation' cannot be an empty object.")
  const collation = given ? parseCollation(given) : inherited
  const isId = Object.keys(key).length === 1 && (key._id === 1 || key._id === 1.0)
  if (isId && collation?.id !== inherited?.id)
    throw badValue('The _id index must have the same collation as the collection.')
  return collation
}

const checkTtl = (spec: Document): void => {
  const seconds = spec.expireAfterSeconds
  if (seconds === undefined) return
  if (typeof seconds !== 'number' || seconds < 0 || seconds > 2147483647)
    throw cannot(`TTL index 'expireAfterSeconds' option must be within an acceptable range, got ${String(seconds)}`)
  if (Object.keys(spec.key).length > 1)
    throw cannot('TTL indexes are single-field indexes, compound indexes do not support TTL.')
  if (Object.keys(spec.key)[0] === '_id')
    throw new CommandError(197, "The field 'expireAfterSeconds' is not valid for an _id index specification.")
}

/** Checks one index specification and gives it as it is stored. Throws 67, 197 or 9 with the reason. */
export const checkSpec = (v: Value, inherited?: Collation): IndexSpec => {
  const spec = toJs(v)
  for (const [name] of entriesOf(v))
    if (!OPTIONS.has(name))
      throw new CommandError(
        197,
        `The field '${name}' is not valid for an index specification. Specification: ${JSON.stringify(spec)}`,
      )
  checkIndexFields(v)
  checkKey(spec.key)
  checkTtl(spec)
  const collation = collationFor(v, spec.key, inherited)
  checkHashed({ ...spec, collation: collation?.spec })
  if (spec.sparse && spec.partialFilterExpression)
    throw cannot('cannot mix "partialFilterExpression" and "sparse" options')
  const partial = findField(v.buf, v.start, PARTIAL)
  if (partial) checkPartialFilter(partial)
  const { background: _b, ns: _n, v: _v, collation: _c, key, name, ...rest } = spec
  for (const option of ['unique', 'sparse', 'hidden', 'prepareUnique']) if (!rest[option]) delete rest[option]
  return { v: 2, key, name, ...rest, ...(collation ? { collation: collation.spec } : {}) }
}
