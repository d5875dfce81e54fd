import * as T from '../bson/types.ts'
import { stringOf, type Value } from '../bson/value.ts'
import { CommandError } from '../errors.ts'
import { addMonths, DAY_MS, DAYS_OF, MONTHS_OF, MS_OF, monthIndex, UNITS, type Unit, weekdayOf } from './calendar.ts'
import { isoText } from './convert.ts'
import { checkFormat, formatDate } from './date-format.ts'
import { parseFormat, parseIso } from './date-parse.ts'
import { date, int64, type Maybe, NULL_VALUE, text } from './make.ts'
import { wholeNumber } from './numbers.ts'
import { isNullish, namedArgs, takesNamed, typeOf } from './operator.ts'
import { parseExpression } from './parse.ts'
import type { Operator } from './scope.ts'
import { toInstant, toLocal, UTC, type Zone, zoneOf } from './zone.ts'

/** Milliseconds of a date, a timestamp or an ObjectId. Throws 16006. */
export const instantOf = (v: Value): number => {
  if (v.type === T.DATE) return Number(v.buf.readBigInt64LE(v.start))
  if (v.type === T.TIMESTAMP) return v.buf.readUInt32LE(v.start + 4) * 1000
  if (v.type === T.OBJECT_ID) return v.buf.readInt32BE(v.start) * 1000
  throw new CommandError(16006, `can't convert from BSON type ${typeOf(v)} to Date`)
}

/** The zone an argument names; UTC when there is none, undefined when it is null. */
export const zoneArg = (args: Record<string, Maybe>): Zone | undefined => {
  if (!('timezone' in args)) return UTC
  const v = args.timezone
  if (isNullish(v)) return undefined
  if (v.type !== T.STRING) throw new CommandError(40517, `timezone must evaluate to a string, found ${typeOf(v)}`)
  return zoneOf(stringOf(v))
}

const unitArg = (v: Value, name: string): Unit => {
  if (v.type !== T.STRING)
    throw new CommandError(5439013, `${name} requires 'unit' to be a string, but got ${typeOf(v)}`)
  const unit = stringOf(v)
  if (!UNITS.includes(unit)) throw new CommandError(9, `unknown time unit value: ${unit}`)
  return unit as Unit
}

const DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']

const weekStartArg = (v: Maybe, name: string): number => {
  if (v === undefined) return 0
  if (v.type !== T.STRING)
    throw new CommandError(5439015, `${name} requires 'startOfWeek' to be a string, but got ${typeOf(v)}`)
  const at = DAYS.findIndex((day) => day === stringOf(v).toLowerCase() || day.slice(0, 3) === stringOf(v).toLowerCase())
  if (at < 0) throw new CommandError(9, `unknown day of week value: ${stringOf(v)}`)
  return at
}

/** An instant some units later, by the wall clock for days and longer, by elapsed time below. */
export const addUnits = (ms: number, unit: Unit, amount: number, zone: Zone): number => {
  const short = MS_OF[unit]
  if (short) return ms + amount * short
  const local = toLocal(ms, zone)
  const months = MONTHS_OF[unit]
  const moved = months ? addMonths(local, amount * months) : local + amount * (DAYS_OF[unit] ?? 1) * DAY_MS
  return toInstant(moved, zone)
}

const addDate: Operator = takesNamed(
  {
    required: ['startDate', 'unit', 'amount'],
    optional: ['timezone'],
    codes: { notObject: 5166400, unknown: 5166401, missing: 5166402 },
  },
  (args, name) => {
    const { startDate, unit, amount } = args
    const zone = zoneArg(args)
    if (isNullish(startDate) || isNullish(unit) || isNullish(amount) || !zone) return NULL_VALUE
    if (startDate.type !== T.DATE && startDate.type !== T.TIMESTAMP && startDate.type !== T.OBJECT_ID)
      throw new CommandError(5166403, `${name} requires startDate to be convertible to a date`)
    if (!T.isNumeric(amount.type)) throw new CommandError(5166405, `${name} expects integer amount of time units`)
    const n = wholeNumber(amount, 5166405, `${name} expects integer amount of time units`)
    const made = addUnits(instantOf(startDate), unitArg(unit, name), name === '$dateSubtract' ? -n : n, zone)
    if (!(Math.abs(made) <= 8.64e15)) throw new CommandError(5166406, `${name} overflowed`)
    return date(made)
  },
)

/** How many boundaries of a unit lie before a wall clock. */
const boundariesBefore = (ms: number, unit: Unit, zone: Zone, weekStart: number): number => {
  const local = toLocal(ms, zone)
  const months = MONTHS_OF[unit]
  if (months) return Math.floor(monthIndex(local) / months)
  if (unit === 'day') return Math.floor(local / DAY_MS)
  if (unit === 'week') return Math.floor((Math.floor(local / DAY_MS) + 4 - weekStart) / 7)
  const size = MS_OF[unit] as number
  // zones are off by parts of an hour, never by parts of a minute
  const shift = unit === 'hour' ? (local - ms) % size : 0
  return Math.floor((ms + shift) / size)
}

const diff: Operator = takesNamed(
  {
    required: ['startDate', 'endDate', 'unit'],
    optional: ['timezone', 'startOfWeek'],
    codes: { notObject: 5166301, unknown: 5166302, missing: 5166303 },
  },
  (args, name) => {
    const { startDate, endDate, unit, startOfWeek } = args
    const zone = zoneArg(args)
    if (isNullish(startDate) || isNullish(endDate) || isNullish(unit) || !zone) return NULL_VALUE
    const by = unitArg(unit, name)
    if (by === 'week' && 'startOfWeek' in args && isNullish(startOfWeek)) return NULL_VALUE
    const first = by === 'week' ? weekStartArg(startOfWeek, name) : 0
    const count = (v: Value): number => boundariesBefore(instantOf(v), by, zone, first)
    return int64(BigInt(count(endDate) - count(startDate)))
  },
)

const EPOCH_2000 = Date.UTC(2000, 0, 1)
const down = (n: number, size: number): number => Math.floor(n / size) * size

/** The start of the bin an instant lies in; bins are counted from the first of January 2000 by the wall clock. */
export const truncate = (
  ms: number,
  unit: Unit,
  { bin, zone, weekStart }: { bin: number; zone: Zone; weekStart: number },
): number => {
  const local = toLocal(ms, zone)
  const months = MONTHS_OF[unit]
  if (months) return toInstant(addMonths(EPOCH_2000, down(monthIndex(local) - 24_000, months * bin)), zone)
  const days = DAYS_OF[unit]
  if (days) {
    const start = unit === 'week' ? EPOCH_2000 - ((weekdayOf(EPOCH_2000) - weekStart + 7) % 7) * DAY_MS : EPOCH_2000
    return toInstant(start + down(local - start, days * bin * DAY_MS), zone)
  }
  const start = toInstant(EPOCH_2000, zone)
  return start + down(ms - start, (MS_OF[unit] as number) * bin)
}

const trunc: Operator = takesNamed(
  {
    required: ['date', 'unit'],
    optional: ['binSize', 'timezone', 'startOfWeek'],
    codes: { notObject: 5439007, unknown: 5439008, missing: 5439009 },
  },
  (args, name) => {
    const zone = zoneArg(args)
    const { unit, binSize, startOfWeek } = args
    if (isNullish(args.date) || isNullish(unit) || !zone || ('binSize' in args && isNullish(binSize))) return NULL_VALUE
    const by = unitArg(unit, name)
    if (by === 'week' && 'startOfWeek' in args && isNullish(startOfWeek)) return NULL_VALUE
    const bin = binSize ? wholeNumber(binSize, 5439017, `${name} requires 'binSize' to be a 64-bit integer`) : 1
    if (bin <= 0)
      throw new CommandError(5439018, `${name} requires 'binSize' to be greater than 0, but got value ${bin}`)
    const weekStart = by === 'week' ? weekStartArg(startOfWeek, name) : 0
    return date(truncate(instantOf(args.date), by, { bin, zone, weekStart }))
  },
)

const toText: Operator = takesNamed(
  {
    required: ['date'],
    optional: ['format', 'timezone', 'onNull'],
    codes: { notObject: 18629, unknown: 18534, missing: 18628 },
  },
  (args, _name) => {
    const zone = zoneArg(args)
    if (isNullish(args.date)) return 'onNull' in args ? args.onNull : NULL_VALUE
    if (!zone) return NULL_VALUE
    if ('format' in args && isNullish(args.format)) return NULL_VALUE
    const ms = instantOf(args.date)
    if (args.format && args.format.type !== T.STRING)
      throw new CommandError(18533, `$dateToString requires that 'format' be a string, found: ${typeOf(args.format)}`)
    if (!args.format && zone === UTC) return text(isoText(ms))
    const format = args.format ? stringOf(args.format) : '%Y-%m-%dT%H:%M:%S.%L'
    checkFormat(format)
    return text(formatDate(ms, format, zone))
  },
)

const readText = (args: Record<string, Maybe>): Maybe => {
  const { dateString, format } = args
  if (isNullish(dateString)) return 'onNull' in args ? args.onNull : NULL_VALUE
  if (dateString.type !== T.STRING)
    throw new CommandError(241, `$dateFromString requires that 'dateString' be a string, found: ${typeOf(dateString)}`)
  const zone = 'timezone' in args ? zoneArg(args) : undefined
  if (('timezone' in args && !zone) || ('format' in args && isNullish(format))) return NULL_VALUE
  if (format && format.type !== T.STRING)
    throw new CommandError(40684, `$dateFromString requires that 'format' be a string, found: ${typeOf(format)}`)
  const source = stringOf(dateString)
  return date(format ? parseFormat(source, stringOf(format), zone) : parseIso(source, zone))
}

const fromText: Operator = (arg, scope, name) => {
  const given = namedArgs(arg, name, {
    required: ['dateString'],
    optional: ['format', 'timezone', 'onError', 'onNull'],
    codes: { notObject: 40540, unknown: 40541, missing: 40542 },
  })
  const parsed = [...given].map(([key, v]) => [key, parseExpression(v, scope)] as const)
  const onError = parsed.find(([key]) => key === 'onError')?.[1]
  const ask = (): Maybe => {
    const args = Object.fromEntries(parsed.filter(([key]) => key !== 'onError').map(([key, e]) => [key, e.ask()]))
    try {
      return readText(args)
    } catch (error) {
      if (onError && error instanceof CommandError && error.code === 241) return onError.ask()
      throw error
    }
  }
  return { ask, fixed: parsed.every(([, e]) => e.fixed) }
}

export const DATES: Record<string, Operator> = {
  $dateAdd: addDate,
  $dateSubtract: addDate,
  $dateDiff: diff,
  $dateTrunc: trunc,
  $dateToString: toText,
  $dateFromString: fromText,
}
