import * as T from '../bson/types.ts'
import { entriesOf, itemsOf, type Value } from '../bson/value.ts'
import { CommandError } from '../errors.ts'
import {
  dayOfYear,
  fromIsoWeek,
  fromParts,
  isoWeekdayOf,
  isoWeekOf,
  isoWeekYearOf,
  partsOf,
  weekdayOf,
  weekOf,
} from './calendar.ts'
import { instantOf, zoneArg } from './dates.ts'
import { date, int32, int64, type Maybe, NULL_VALUE, object } from './make.ts'
import { wholeNumber } from './numbers.ts'
import { isNullish, isTrue, takes, takesNamed, typeOf } from './operator.ts'
import type { Operator } from './scope.ts'
import { toInstant, toLocal } from './zone.ts'

const CODES = { notObject: 40535, unknown: 40535, missing: 40539 }

/** One part of a date, given as such or as {date, timezone}. */
const part = (read: (local: number) => Value): Operator => {
  const answer = (args: Record<string, Maybe>): Maybe => {
    const zone = zoneArg(args)
    if (isNullish(args.date) || !zone) return NULL_VALUE
    return read(toLocal(instantOf(args.date), zone))
  }
  const byName = takesNamed({ required: ['date'], optional: ['timezone'], codes: CODES }, answer)
  const plain = takes(1, 1, ([v]) => answer({ date: v }))
  return (arg, scope, name) => {
    if (arg.type === T.ARRAY && itemsOf(arg).length !== 1)
      throw new CommandError(
        40536,
        `${name} accepts exactly one argument if given an array, but was given ${itemsOf(arg).length}`,
      )
    const isNamed = arg.type === T.OBJECT && !entriesOf(arg)[0]?.[0].startsWith('$')
    return (isNamed ? byName : plain)(arg, scope, name)
  }
}

const whole = (read: (local: number) => number): Operator => part((local) => int32(read(local)))

const toParts: Operator = takesNamed(
  {
    required: ['date'],
    optional: ['timezone', 'iso8601'],
    codes: { notObject: 40524, unknown: 40520, missing: 40522 },
  },
  (args) => {
    const zone = zoneArg(args)
    if (isNullish(args.date) || !zone || ('iso8601' in args && isNullish(args.iso8601))) return NULL_VALUE
    if (args.iso8601 && args.iso8601.type !== T.BOOL)
      throw new CommandError(40521, `iso8601 must evaluate to a bool, found ${typeOf(args.iso8601)}`)
    const local = toLocal(instantOf(args.date), zone)
    const { year, month, day, ...time } = partsOf(local)
    const head = isTrue(args.iso8601)
      ? { isoWeekYear: isoWeekYearOf(local), isoWeek: isoWeekOf(local), isoDayOfWeek: isoWeekdayOf(local) }
      : { year, month, day }
    return object(Object.entries({ ...head, ...time }).map(([name, n]) => [name, int32(n)]))
  },
)

const PARTS = [
  'year',
  'month',
  'day',
  'isoWeekYear',
  'isoWeek',
  'isoDayOfWeek',
  'hour',
  'minute',
  'second',
  'millisecond',
]

const fromPartsOperator: Operator = (arg, scope, name) => {
  if (arg.type !== T.OBJECT) throw new CommandError(40519, `${name} only supports an object as its argument`)
  const keys = new Set(entriesOf(arg).map(([key]) => key))
  const iso = keys.has('isoWeekYear')
  if (!iso && !keys.has('year'))
    throw new CommandError(40516, `${name} requires either 'year' or 'isoWeekYear' to be present`)
  const mixed = iso ? ['year', 'month', 'day'] : ['isoWeek', 'isoDayOfWeek']
  for (const key of mixed)
    if (keys.has(key))
      throw new CommandError(iso ? 40489 : 40525, `${name} does not allow mixing natural dates with ISO dates: ${key}`)
  return takesNamed(
    { required: [], optional: [...PARTS, 'timezone'], codes: { notObject: 40519, unknown: 40518, missing: 40516 } },
    (args) => {
      const zone = zoneArg(args)
      if (!zone || PARTS.some((key) => key in args && isNullish(args[key]))) return NULL_VALUE
      const read = (key: string, otherwise: number): number => {
        const v = args[key]
        return v ? wholeNumber(v, 40515, `'${key}' must evaluate to an integer, found ${typeOf(v)}`) : otherwise
      }
      const year = read(iso ? 'isoWeekYear' : 'year', 1970)
      if (year < 1 || year > 9999)
        throw new CommandError(40523, `'year' must evaluate to an integer in the range 1 to 9999, found ${year}`)
      const time = fromParts({
        hour: read('hour', 0),
        minute: read('minute', 0),
        second: read('second', 0),
        millisecond: read('millisecond', 0),
      })
      const day = iso
        ? fromIsoWeek(year, read('isoWeek', 1), read('isoDayOfWeek', 1))
        : fromParts({ year, month: read('month', 1), day: read('day', 1) })
      return date(toInstant(day + time, zone))
    },
  )(arg, scope, name)
}

const ofTimestamp = (pick: (v: Value) => number, code: number): Operator =>
  takes(1, 1, ([v], name) => {
    if (isNullish(v)) return NULL_VALUE
    if (v.type !== T.TIMESTAMP)
      throw new CommandError(code, `Argument to ${name} must be a timestamp, but is ${typeOf(v)}`)
    return int64(BigInt(pick(v)))
  })

export const DATE_PARTS: Record<string, Operator> = {
  $year: whole((at) => partsOf(at).year),
  $month: whole((at) => partsOf(at).month),
  $dayOfMonth: whole((at) => partsOf(at).day),
  $dayOfWeek: whole((at) => weekdayOf(at) + 1),
  $dayOfYear: whole(dayOfYear),
  $hour: whole((at) => partsOf(at).hour),
  $minute: whole((at) => partsOf(at).minute),
  $second: whole((at) => partsOf(at).second),
  $millisecond: whole((at) => partsOf(at).millisecond),
  $week: whole(weekOf),
  $isoWeek: whole(isoWeekOf),
  $isoDayOfWeek: whole(isoWeekdayOf),
  $isoWeekYear: part((at) => int64(BigInt(isoWeekYearOf(at)))),
  $dateToParts: toParts,
  $dateFromParts: fromPartsOperator,
  $tsSecond: ofTimestamp((v) => v.buf.readUInt32LE(v.start + 4), 5687301),
  $tsIncrement: ofTimestamp((v) => v.buf.readUInt32LE(v.start), 5687302),
}
