import { isUtf8 } from 'node:buffer'
import * as T from '../bson/types.ts'
import { stringOf, Value } from '../bson/value.ts'
import { CommandError } from '../errors.ts'
import { readNumber } from '../filter/number.ts'
import { type Maybe, text } from './make.ts'
import { isNullish, typeOf } from './operator.ts'

/** Error 241: a value that cannot become what is asked. */
export const failed = (message: string): CommandError =>
  new CommandError(241, `${message} in $convert with no onError value`)

const UUID_SUBTYPE = 4
const UUID_BYTES = 16
const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i
const BASE64 = /^([A-Za-z\d+/]{4})*([A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=)?$/
const BASE64_URL = /^([\w-]{4})*([\w-]{2}(==)?|[\w-]{3}=?)?$/
const HEX = /^([\da-f]{2})*$/i
const FORMATS = ['auto', 'base64', 'base64url', 'hex', 'utf8', 'uuid'] as const
type Format = (typeof FORMATS)[number]

/** Subtypes have names up to this one; a user's own begin at 128. */
const LAST_NAMED_SUBTYPE = 8
const OWN_SUBTYPES = 128
const MAX_SUBTYPE = 255

/** How the text of binary data is written: the `format` of $convert. Throws 4341114 and 4341125. */
export const formatOf = (v: Maybe): Format | undefined => {
  if (isNullish(v)) return undefined
  if (v.type !== T.STRING)
    throw new CommandError(4341114, `$convert requires that 'format' be a string, found: ${typeOf(v)}`)
  const name = stringOf(v)
  const format = FORMATS.find((known) => known === name)
  if (!format) throw new CommandError(4341125, `Invalid 'format' argument for $convert: ${name}`)
  return format
}

const subtypeOf = (v: Maybe): number => {
  if (!v) return 0
  if (!T.isNumeric(v.type))
    throw new CommandError(
      4341108,
      `For BinData, $convert's 'subtype' argument must be a number, but is ${T.typeName(v.type)}`,
    )
  const n = readNumber(v)
  if (!Number.isInteger(n)) throw new CommandError(4341106, "In $convert, numeric 'subtype' argument is not an integer")
  if (n < 0 || n > MAX_SUBTYPE || (n > LAST_NAMED_SUBTYPE && n < OWN_SUBTYPES))
    throw new CommandError(
      4341107,
      `In $convert, numeric value for 'subtype' does not correspond to a BinData type: ${n}`,
    )
  return n
}

const binary = (bytes: Buffer, subtype: number): Value => {
  const buf = Buffer.allocUnsafe(bytes.length + 5)
  buf.writeInt32LE(bytes.length)
  buf[4] = subtype
  bytes.copy(buf, 5)
  return new Value(buf, T.BINARY, 0, buf.length)
}

const decoded = (source: string, format: Format): Buffer | undefined => {
  switch (format) {
    case 'base64':
      return BASE64.test(source) ? Buffer.from(source, 'base64') : undefined
    case 'base64url':
      return BASE64_URL.test(source) ? Buffer.from(source, 'base64url') : undefined
    case 'hex':
      return HEX.test(source) ? Buffer.from(source, 'hex') : undefined
    case 'utf8':
      return Buffer.from(source)
    case 'uuid':
      return UUID.test(source) ? Buffer.from(source.replaceAll('-', ''), 'hex') : undefined
    default:
      return undefined
  }
}

const fromText = (v: Value, format: Format, subtype: number): Value => {
  const source = stringOf(v)
  const bytes = (format === 'uuid') === (subtype === UUID_SUBTYPE) ? decoded(source, format) : undefined
  if (!bytes) throw failed(`Failed to parse BinData '${source}'`)
  return binary(bytes, subtype)
}

const uuidText = (bytes: Buffer): string =>
  bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')

const written = (bytes: Buffer, subtype: number, format: Format): string | undefined => {
  const isUuid = subtype === UUID_SUBTYPE && bytes.length === UUID_BYTES
  switch (format) {
    case 'auto':
      return isUuid ? uuidText(bytes) : bytes.toString('base64')
    case 'hex':
      return bytes.toString('hex').toUpperCase()
    case 'utf8':
      return isUtf8(bytes) ? bytes.toString('utf8') : undefined
    case 'uuid':
      return isUuid ? uuidText(bytes) : undefined
    default:
      return bytes.toString(format)
  }
}

/** How binary data comes from and becomes text. */
export interface BinaryArgs {
  readonly format?: Format | undefined
  /** as given: it is looked at only where binary data is made */
  readonly subtype?: Maybe
}

const needed = (v: Value, type: number, format: Format | undefined): Format => {
  if (format) return format
  throw new CommandError(
    4341115,
    `Format must be specified when converting from '${T.typeName(v.type)}' to '${T.typeName(type)}'`,
  )
}

/** Text or binary data as binary data; undefined for what cannot become that. Throws 241. */
export const toBinary = (v: Value, { format, subtype }: BinaryArgs): Value | undefined => {
  if (v.type === T.STRING) return fromText(v, needed(v, T.BINARY, format), subtypeOf(subtype))
  if (v.type !== T.BINARY) return undefined
  if (v.buf[v.start + 4] !== subtypeOf(subtype))
    throw new CommandError(241, 'Conversions between different BinData subtypes are not supported')
  return v
}

/** Binary data as text. Throws 241. */
export const binaryToText = (v: Value, { format }: BinaryArgs): Value => {
  const bytes = v.buf.subarray(v.start + 5, v.end)
  const made = written(bytes, v.buf[v.start + 4] as number, needed(v, T.STRING, format))
  if (made === undefined) throw failed(`Failed to convert binData to string as ${format}`)
  return text(made)
}
