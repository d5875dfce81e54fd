import { Decimal128 } from 'bson'
import * as T from '../bson/types.ts'
import { bytesOf, entriesOf, itemsOf, stringOf, type Value } from '../bson/value.ts'
import { CommandError } from '../errors.ts'
import { readNumber } from '../filter/number.ts'
import { type Exact, readDecimal } from '../keys/decimal.ts'
import { type BinaryArgs, binaryToText, failed, formatOf, toBinary } from './binary.ts'
import { parseIso } from './date-parse.ts'
import { bool, date, decimal, double, int32, int64, type Maybe, NULL_VALUE, objectId, text } from './make.ts'
import { doubleText } from './number-text.ts'
import { big, exactly, isInt, isZero } from './numbers.ts'
import { isNullish, namedArgs, takes, typeOf } from './operator.ts'
import { parseExpression } from './parse.ts'
import type { Operator } from './scope.ts'

const decimalText = (v: Value): string => new Decimal128(Uint8Array.from(bytesOf(v))).toString()

/** A date as MongoDB writes it. */
export const isoText = (ms: number): string => {
  const when = new Date(ms)
  if (Number.isNaN(when.getTime())) throw new CommandError(18537, `the date ${ms} cannot be written as text`)
  return when.toISOString()
}

/** A number, date, id, boolean or text as text; undefined for other types. */
export const scalarText = (v: Value): string | undefined => {
  switch (v.type) {
    case T.STRING:
    case T.SYMBOL:
    case T.CODE:
      return stringOf(v)
    case T.INT32:
    case T.INT64:
      return String(big(v))
    case T.DOUBLE:
      return doubleText(readNumber(v))
    case T.DECIMAL:
      return decimalText(v)
    case T.BOOL:
      return v.buf[v.start] === 1 ? 'true' : 'false'
    case T.OBJECT_ID:
      return bytesOf(v).toString('hex')
    case T.DATE:
      return isoText(Number(v.buf.readBigInt64LE(v.start)))
    case T.TIMESTAMP:
      return isoText(v.buf.readUInt32LE(v.start + 4) * 1000)
    default:
      return undefined
  }
}

const LIMITS: Record<number, [bigint, bigint]> = {
  [T.INT32]: [-0x80000000n, 0x7fffffffn],
  [T.INT64]: [-0x8000000000000000n, 0x7fffffffffffffffn],
}

const wholeOf = (x: Exact): bigint =>
  x.exponent >= 0
    ? x.digits * 10n ** BigInt(Math.min(x.exponent, 400))
    : x.digits / 10n ** BigInt(Math.min(-x.exponent, 7000))

const fits = (n: bigint, type: number): Value => {
  const [least, most] = LIMITS[type] as [bigint, bigint]
  if (n < least || n > most) throw failed(`Conversion would overflow target type: ${n}`)
  return type === T.INT32 ? int32(Number(n)) : int64(n)
}

const toInteger = (v: Value, type: number): Value | undefined => {
  if (isInt(v)) return fits(big(v), type)
  if (T.isNumeric(v.type)) {
    const n = readNumber(v)
    if (Number.isNaN(n)) throw failed('Attempt to convert NaN value to integer type')
    if (!Number.isFinite(n)) throw failed('Attempt to convert infinity value to integer type')
    return fits(v.type === T.DOUBLE ? BigInt(Math.trunc(n)) : wholeOf(readDecimal(bytesOf(v)) as Exact), type)
  }
  if (v.type === T.BOOL) return fits(BigInt(v.buf[v.start] as number), type)
  if (v.type === T.DATE && type === T.INT64) return int64(v.buf.readBigInt64LE(v.start))
  if (v.type !== T.STRING) return undefined
  const source = stringOf(v)
  if (!/^[+-]?\d+$/.test(source)) throw failed(`Failed to parse number '${source}'`)
  return fits(BigInt(source.replace('+', '')), type)
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i
const SPECIAL: Record<string, number> = { nan: Number.NaN, inf: Infinity, infinity: Infinity }

const parseNumber = (source: string): string | number => {
  if (NUMBER.test(source)) return source
  const special = SPECIAL[source.toLowerCase().replace(/^[+-]/, '')]
  if (special === undefined) throw failed(`Failed to parse number '${source}'`)
  return source.startsWith('-') ? -special : special
}

const toDouble = (v: Value): Value | undefined => {
  if (T.isNumeric(v.type)) {
    const n = readNumber(v)
    if (!Number.isFinite(n) && v.type === T.DECIMAL && typeof exactly(v) !== 'number')
      throw failed('Conversion would overflow target type')
    return double(n)
  }
  if (v.type === T.BOOL) return double(v.buf[v.start] as number)
  if (v.type === T.DATE) return double(Number(v.buf.readBigInt64LE(v.start)))
  return v.type === T.STRING ? double(inRange(stringOf(v))) : undefined
}

/** A number that a double cannot hold is none, neither when it is too large nor when it is too small. */
const inRange = (source: string): number => {
  const parsed = parseNumber(source)
  if (typeof parsed === 'number') return parsed
  const n = Number(parsed)
  if (!Number.isFinite(n) || (n === 0 && /^[^e]*[1-9]/i.test(parsed)))
    throw failed(`Failed to parse number '${source}': Out of range`)
  return n
}

const toDecimal = (v: Value): Value | undefined => {
  if (v.type === T.DECIMAL) return v
  if (T.isNumeric(v.type)) return decimal(exactly(v))
  if (v.type === T.BOOL) return decimal({ digits: BigInt(v.buf[v.start] as number), exponent: 0 })
  if (v.type === T.DATE) return decimal({ digits: v.buf.readBigInt64LE(v.start), exponent: 0 })
  if (v.type !== T.STRING) return undefined
  const parsed = parseNumber(stringOf(v))
  if (typeof parsed === 'number') return decimal(parsed)
  const bytes = Buffer.from(Decimal128.fromStringWithRounding(parsed).bytes)
  return decimal(readDecimal(bytes))
}

const toDate = (v: Value): Value | undefined => {
  if (v.type === T.DATE) return v
  if (v.type === T.TIMESTAMP) return date(v.buf.readUInt32LE(v.start + 4) * 1000)
  if (v.type === T.OBJECT_ID) return date(v.buf.readInt32BE(v.start) * 1000)
  if (v.type === T.STRING) return date(parseIso(stringOf(v), undefined))
  if (v.type === T.INT32 || !T.isNumeric(v.type)) return undefined
  const n = toInteger(v, T.INT64) as Value
  return date(big(n))
}

const toBool = (v: Value): Value | undefined => {
  if (T.isNumeric(v.type)) return bool(!isZero(v))
  if (v.type === T.BOOL) return v
  return [T.STRING, T.OBJECT_ID, T.DATE, T.TIMESTAMP, T.BINARY, T.OBJECT, T.ARRAY].includes(v.type)
    ? bool(true)
    : undefined
}

const toText = (v: Value, args: BinaryArgs): Value | undefined => {
  if (v.type === T.BINARY) return binaryToText(v, args)
  if (v.type === T.TIMESTAMP || v.type === T.CODE || v.type === T.SYMBOL) return undefined
  const made = scalarText(v)
  return made === undefined ? undefined : text(made)
}

const toObjectId = (v: Value): Value | undefined => {
  if (v.type === T.OBJECT_ID) return v
  if (v.type !== T.STRING) return undefined
  const source = stringOf(v)
  if (!/^[\da-f]{24}$/i.test(source)) throw failed(`Failed to parse objectId '${source}'`)
  return objectId(Buffer.from(source, 'hex'))
}

const CONVERSIONS: Record<number, (v: Value, args: BinaryArgs) => Value | undefined> = {
  [T.BINARY]: toBinary,
  [T.DOUBLE]: toDouble,
  [T.STRING]: toText,
  [T.OBJECT_ID]: toObjectId,
  [T.BOOL]: toBool,
  [T.DATE]: toDate,
  [T.INT32]: (v) => toInteger(v, T.INT32),
  [T.INT64]: (v) => toInteger(v, T.INT64),
  [T.DECIMAL]: toDecimal,
}

/** A value as another type. Throws 241. */
export const convertTo = (v: Value, type: number, args: BinaryArgs): Value => {
  const made = CONVERSIONS[type]?.(v, args)
  if (!made) throw failed(`Unsupported conversion from ${T.typeName(v.type)} to ${T.typeName(type)}`)
  return made
}

const typeNamed = (v: Maybe): number => {
  if (v?.type === T.STRING) {
    const type = T.typeOfAlias(stringOf(v))
    if (type === undefined) throw new CommandError(2, `Unknown type name: ${stringOf(v)}`)
    return type
  }
  if (!v || !T.isNumeric(v.type))
    throw new CommandError(9, `$convert's 'to' argument must be a string or number, but is ${typeOf(v)}`)
  const type = readNumber(v)
  if (!Number.isInteger(type)) throw new CommandError(9, "In $convert, numeric 'to' argument is not an integer")
  if (type === -1) return T.MIN_KEY
  if ((type < 0 || type > T.DECIMAL) && type !== T.MAX_KEY)
    throw new CommandError(9, `In $convert, numeric value for 'to' does not correspond to a BSON type: ${type}`)
  return type
}

interface Wanted {
  readonly type: number
  readonly subtype?: Maybe
}

/** A type by itself, or in an object beside the subtype of binary data. */
const wantedOf = (v: Maybe): Wanted | undefined => {
  if (isNullish(v)) return undefined
  if (v.type !== T.OBJECT) return { type: typeNamed(v) }
  const parts = new Map(entriesOf(v))
  return { type: typeNamed(parts.get('type')), subtype: parts.get('subtype') }
}

const convert: Operator = (arg, scope, name) => {
  const given = namedArgs(arg, name, {
    required: ['input', 'to'],
    optional: ['onError', 'onNull', 'format'],
    codes: { notObject: 9, unknown: 9, missing: 9 },
  })
  const part = (key: string) => {
    const v = given.get(key)
    return v && parseExpression(v, scope)
  }
  const [input, to, onError, onNull, format] = ['input', 'to', 'onError', 'onNull', 'format'].map(part)
  const ask = (): Maybe => {
    const wanted = wantedOf(to?.ask())
    const v = input?.ask()
    if (isNullish(v)) return onNull ? onNull.ask() : NULL_VALUE
    if (!wanted) return NULL_VALUE
    const args = { format: formatOf(format?.ask()), subtype: wanted.subtype }
    try {
      return convertTo(v, wanted.type, args)
    } catch (error) {
      if (onError && error instanceof CommandError && error.code === 241) return onError.ask()
      throw error
    }
  }
  return { ask, fixed: [input, to, onError, onNull, format].every((expr) => expr?.fixed ?? true) }
}

const shorthand =
  (type: number, args: BinaryArgs = {}): Operator =>
  (arg, scope, name) => {
    if (arg.type === T.ARRAY && itemsOf(arg).length !== 1)
      throw new CommandError(50723, `${name} requires a single argument, got ${itemsOf(arg).length}`)
    return takes(1, 1, ([v]) => (isNullish(v) ? NULL_VALUE : convertTo(v, type, args)))(arg, scope, name)
  }

export const CONVERT: Record<string, Operator> = {
  $convert: convert,
  $toBool: shorthand(T.BOOL),
  $toDate: shorthand(T.DATE),
  $toDecimal: shorthand(T.DECIMAL),
  $toDouble: shorthand(T.DOUBLE),
  $toInt: shorthand(T.INT32),
  $toLong: shorthand(T.INT64),
  $toObjectId: shorthand(T.OBJECT_ID),
  $toString: shorthand(T.STRING, { format: 'auto' }),
  $toUUID: shorthand(T.BINARY, { format: 'uuid', subtype: int32(4) }),
  $type: takes(1, 1, ([v]) => text(typeOf(v))),
  $isNumber: takes(1, 1, ([v]) => bool(v !== undefined && T.isNumeric(v.type))),
}
