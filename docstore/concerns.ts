import type { Args } from './args.ts'
import * as T from './bson/types.ts'
import { entriesOf, findField, stringOf, type Value } from './bson/value.ts'
import { CommandError } from './errors.ts'
import { readNumber } from './filter/number.ts'

const LEVELS = new Set(['local', 'available', 'majority', 'linearizable', 'snapshot'])
const CONCERN_FIELDS = new Set(['level', 'afterClusterTime', 'atClusterTime', 'provenance'])
const READS = new Set(['find', 'aggregate', 'distinct', 'count', 'explain'])
const SNAPSHOT_READS = new Set(['find', 'aggregate', 'distinct'])
const WRITE_FIELDS = new Set(['w', 'j', 'wtimeout', 'fsync', 'provenance'])
const MAX_NODES = 50
const MAX_TIMEOUT_MS = 2 ** 31 - 1

/** What a command asks of its reads. */
export interface ReadConcern {
  readonly level: string
  /** a time this server gave with an earlier snapshot read */
  readonly atClusterTime: bigint | undefined
}

const LOCAL: ReadConcern = { level: 'local', atClusterTime: undefined }
const AT = Buffer.from('atClusterTime')
const LEVEL = Buffer.from('level')

/** Where a concern can come from. */
const PROVENANCES = new Set([
  'clientSupplied',
  'implicitDefault',
  'customDefault',
  'getLastErrorDefaults',
  'internalWriteDefault',
])

/** Throws 14 or 2 for a provenance that is none. */
const checkProvenance = (v: Value, of: string): void => {
  if (v.type === T.NULL) return
  if (v.type !== T.STRING)
    throw new CommandError(14, `BSON field '${of}.provenance' is the wrong type '${T.typeName(v.type)}'`)
  if (!PROVENANCES.has(stringOf(v)))
    throw new CommandError(2, `Enumeration value '${stringOf(v)}' for field '${of}.provenance' is not a valid value.`)
}

const checkTimes = (concern: Value): void => {
  for (const [name, v] of entriesOf(concern)) {
    if (name === 'afterClusterTime' && v.type !== T.TIMESTAMP)
      throw new CommandError(14, `BSON field 'readConcern.afterClusterTime' is the wrong type '${T.typeName(v.type)}'`)
    if (name === 'provenance') checkProvenance(v, 'readConcern')
  }
}

const parseReadConcern = (concern: Value): ReadConcern => {
  for (const [name] of entriesOf(concern))
    if (!CONCERN_FIELDS.has(name))
      throw new CommandError(40415, `BSON field 'readConcern.${name}' is an unknown field.`)
  const level = findField(concern.buf, concern.start, LEVEL)
  if (level && level.type !== T.STRING && level.type !== T.NULL)
    throw new CommandError(14, `BSON field 'readConcern.level' is the wrong type '${T.typeName(level.type)}'`)
  checkTimes(concern)
  const name = level?.type === T.STRING ? stringOf(level) : 'local'
  if (!LEVELS.has(name))
    throw new CommandError(2, `Enumeration value '${name}' for field 'readConcern.level' is not a valid value.`)
  const at = findField(concern.buf, concern.start, AT)
  if (!at) return { level: name, atClusterTime: undefined }
  if (name !== 'snapshot')
    throw new CommandError(72, 'readConcern.atClusterTime requires the read concern level snapshot')
  if (at.type !== T.TIMESTAMP)
    throw new CommandError(14, `BSON field 'readConcern.atClusterTime' is the wrong type '${T.typeName(at.type)}'`)
  return { level: name, atClusterTime: at.buf.readBigUInt64LE(at.start) }
}

/** The read concern of a command. Throws 72 where the command cannot have it, 2 for a level nobody knows. */
export const readConcernOf = (args: Args): ReadConcern => {
  const given = args.doc('readConcern')
  if (!given) return LOCAL
  const concern = parseReadConcern(given)
  const { level } = concern
  if (args.has('autocommit')) {
    if (!args.bool('startTransaction') && entriesOf(given).length > 0)
      throw new CommandError(72, 'Only the first command in a transaction may specify a readConcern')
    if (level === 'available' || level === 'linearizable')
      throw new CommandError(
        72,
        "The readConcern level must be either 'local' (default), 'majority' or 'snapshot' in order to run in a transaction",
      )
    return concern
  }
  if (level !== 'local' && !READS.has(args.name))
    throw new CommandError(72, `Command ${args.name} does not support readConcern level '${level}'`)
  if (level === 'snapshot' && !SNAPSHOT_READS.has(args.name))
    throw new CommandError(72, `readConcern level snapshot is not supported by the command ${args.name}`)
  return concern
}

/** Why a write concern cannot be met by one node; the write itself is done all the same. */
export interface Unmet {
  readonly code: number
  readonly codeName: string
  readonly errmsg: string
}

const TOO_MANY: Unmet = {
  code: 100,
  codeName: 'UnsatisfiableWriteConcern',
  errmsg: 'Not enough data-bearing nodes',
}

const unknownMode = (mode: string): Unmet => ({
  code: 79,
  codeName: 'UnknownReplWriteConcern',
  errmsg: `No write concern mode named '${mode}' found in replica set configuration`,
})

const checkTruth = (name: string, v: Value): void => {
  if (v.type !== T.BOOL && v.type !== T.NULL && !T.isNumeric(v.type))
    throw new CommandError(
      14,
      `BSON field 'writeConcern.${name}' is the wrong type '${T.typeName(v.type)}', expected types '[bool, long, int, decimal, double]'`,
    )
}

const checkTimeout = (v: Value): void => {
  const ms = T.isNumeric(v.type) ? readNumber(v) : 0
  if (Math.abs(ms) > MAX_TIMEOUT_MS) throw new CommandError(9, 'wtimeout must be a 32-bit integer')
}

const checkTags = (v: Value): void => {
  const tags = entriesOf(v)
  if (tags.length === 0) throw new CommandError(9, 'tagged write concern requires tags')
  for (const [name, tag] of tags)
    if (!T.isNumeric(tag.type))
      throw new CommandError(
        9,
        `tags must be a single level document with only number values; found: ${T.typeName(tag.type)} for tag: ${name}`,
      )
}

/** Checks a write concern; says why it cannot be met, undefined if it can. Throws 9 and 40415 for one that makes no sense. */
export const unmetWriteConcern = (args: Args): Unmet | undefined => {
  const concern = args.doc('writeConcern')
  if (!concern) return undefined
  let unmet: Unmet | undefined
  for (const [name, v] of entriesOf(concern)) {
    if (!WRITE_FIELDS.has(name)) throw new CommandError(40415, `BSON field 'writeConcern.${name}' is an unknown field.`)
    if (name === 'j' || name === 'fsync') checkTruth(name, v)
    if (name === 'wtimeout') checkTimeout(v)
    if (name === 'provenance') checkProvenance(v, 'writeConcern')
    if (name !== 'w') continue
    if (v.type === T.STRING) unmet = stringOf(v) === 'majority' ? undefined : unknownMode(stringOf(v))
    else if (v.type === T.OBJECT) {
      checkTags(v)
      unmet = TOO_MANY
    } else if (!T.isNumeric(v.type)) throw new CommandError(9, 'w has to be a number, string, or object')
    else {
      const w = readNumber(v)
      if (!(w >= 0 && w <= MAX_NODES))
        throw new CommandError(9, `w has to be a non-negative number and not greater than ${MAX_NODES}; found: ${w}`)
      unmet = w > 1 ? TOO_MANY : undefined
    }
  }
  return unmet
}
