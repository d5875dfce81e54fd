import * as T from '../bson/types.ts'
import { entriesOf, itemsOf, stringOf, type Value } from '../bson/value.ts'
import { CommandError } from '../errors.ts'
import { UNITS, type Unit } from '../expression/calendar.ts'
import { addUnits } from '../expression/dates.ts'
import { date, type Maybe } from '../expression/make.ts'
import { calculate } from '../expression/numbers.ts'
import { typeOf } from '../expression/operator.ts'
import { UTC } from '../expression/zone.ts'
import { readNumber } from '../filter/number.ts'
import { compareValues } from '../keys/compare.ts'

/** One end of a window: the partition's own, or a distance from the document at hand. */
type End = 'unbounded' | Value

/** A window as it was written. */
export interface Window {
  readonly kind: 'documents' | 'range'
  readonly low: End
  readonly high: End
  readonly unit: Unit | undefined
}

const bad = (message: string): CommandError => new CommandError(9, message)

const endOf = (v: Value | undefined, kind: string, zero: Value): End => {
  if (v?.type === T.STRING) {
    const word = stringOf(v)
    if (word === 'unbounded') return 'unbounded'
    if (word === 'current') return zero
  }
  if (!v || !T.isNumeric(v.type)) throw bad(`Window bounds must be a number, 'unbounded' or 'current': ${typeOf(v)}`)
  if (kind === 'documents' && !Number.isInteger(readNumber(v)))
    throw new CommandError(5371600, 'Expected an integer bound in a documents-based window')
  return v
}

/** Reads a window. Throws 9 and 40415 for what is wrong with it. */
export const readWindow = (v: Value | undefined, zero: Value): Window | undefined => {
  if (!v) return undefined
  if (v.type !== T.OBJECT) throw bad(`'window' field must be an object`)
  const given = new Map(entriesOf(v))
  for (const key of given.keys())
    if (!['documents', 'range', 'unit'].includes(key)) throw bad(`'window' field that is not an option: ${key}`)
  const [documents, range, unitValue] = ['documents', 'range', 'unit'].map((key) => given.get(key))
  if (documents && range) throw bad("Window bounds can specify either 'documents' or 'unit', not both.")
  if (unitValue && !range) throw bad("Window bounds can only specify 'unit' with range-based bounds.")
  if (!documents && !range)
    throw bad(
      "'window' field can only contain 'documents' as the only argument or 'range' with an optional 'unit' field",
    )
  const kind = documents ? 'documents' : 'range'
  const bounds = documents ?? (range as Value)
  const items = bounds.type === T.ARRAY ? itemsOf(bounds) : []
  if (items.length !== 2) throw bad('Window bounds must be a 2-element array')
  if (unitValue && (unitValue.type !== T.STRING || !UNITS.includes(stringOf(unitValue))))
    throw bad('unknown time unit value')
  const [low, high] = [endOf(items[0], kind, zero), endOf(items[1], kind, zero)]
  if (low !== 'unbounded' && high !== 'unbounded' && readNumber(low) > readNumber(high))
    throw new CommandError(5339900, 'Lower bound must not exceed upper bound')
  return { kind, low, high, unit: unitValue && (stringOf(unitValue) as Unit) }
}

/** First and last index (one beyond) of the documents in the window of each document of a sorted partition. */
export const spansOf = (window: Window | undefined, length: number, keys: () => Maybe[]): [number, number][] => {
  if (!window) return Array.from({ length }, () => [0, length])
  const { kind, low, high } = window
  if (kind === 'documents') {
    const [from, to] = [
      low === 'unbounded' ? -Infinity : readNumber(low),
      high === 'unbounded' ? Infinity : readNumber(high),
    ]
    return Array.from({ length }, (_, i) => [
      Math.min(Math.max(i + from, 0), length),
      Math.max(Math.min(i + to + 1, length), 0),
    ])
  }
  return rangeSpans(window, keys())
}

const moved = (key: Value, by: Value, unit: Unit | undefined): Value => {
  if (unit) {
    if (key.type !== T.DATE)
      throw new CommandError(
        5429513,
        `Invalid range: Expected the sortBy field to be a Date, but it was ${typeOf(key)}`,
      )
    return date(addUnits(Number(key.buf.readBigInt64LE(key.start)), unit, readNumber(by), UTC))
  }
  if (key.type === T.DATE)
    throw new CommandError(5429513, 'For windows that involve date ranges, a unit must be provided')
  if (!T.isNumeric(key.type))
    throw new CommandError(
      5429414,
      `Invalid range: Expected the sortBy field to be a number, but it was ${typeOf(key)}`,
    )
  return calculate('add', key, by)
}

const rangeSpans = ({ low, high, unit }: Window, keys: readonly Maybe[]): [number, number][] => {
  let from = 0
  let to = 0
  return keys.map((key): [number, number] => {
    if (!key)
      throw new CommandError(5429414, 'Invalid range: Expected the sortBy field to be a number, but it was missing')
    const least = low === 'unbounded' ? undefined : moved(key, low, unit)
    const most = high === 'unbounded' ? undefined : moved(key, high, unit)
    while (least && from < keys.length && compareValues(keys[from] as Value, least) < 0) from++
    while (to < keys.length && (!most || compareValues(keys[to] as Value, most) <= 0)) to++
    return [from, Math.max(to, from)]
  })
}
