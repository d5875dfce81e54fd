import { CommandError } from '../errors.ts'
import { fromIsoWeek, fromParts, type Parts } from './calendar.ts'
import { toInstant, UTC, type Zone, zoneOf } from './zone.ts'

const failed = (source: string, why: string): CommandError =>
  new CommandError(241, `Error parsing date string '${source}'; ${why}`)

const ISO =
  /^(\d{4})-(\d{1,2})(?:-(\d{1,2}))?(?:[T ](\d{1,2})(?::(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?)?\s*(Z|[+-]\d{2}(?::?\d{2})?|[A-Z][A-Za-z_]+(?:\/[\w+-]+)*)?$/

const millis = (digits: string | undefined): number => (digits ? Math.trunc(Number(`0.${digits}`) * 1000 + 1e-7) : 0)

const checked = (source: string, p: Partial<Parts>): Partial<Parts> => {
  const { month = 1, day = 1, hour = 0, minute = 0, second = 0, year = 1970 } = p
  const last = new Date(fromParts({ year, month: month + 1, day: 0 })).getUTCDate()
  if (month < 1 || month > 12 || day < 1 || day > last || hour > 24 || minute > 59 || second > 60)
    throw failed(source, 'a part is out of range')
  return p
}

const zoned = (source: string, local: number, own: string | undefined, zone: Zone | undefined): number => {
  if (own && zone)
    throw failed(
      source,
      `you cannot pass in a date/time string with time zone information ('${own}') together with a timezone argument`,
    )
  return toInstant(local, own ? zoneOf(own) : (zone ?? UTC))
}

/** The instant of an ISO 8601 text, in its own zone, the given one or UTC. Throws 241. */
export const parseIso = (source: string, zone: Zone | undefined): number => {
  const found = ISO.exec(source.trim())
  if (!found) throw failed(source, 'an unexpected format')
  const [, year, month, day = '1', hour = '0', minute = '0', second = '0', fraction, own] = found
  const local = fromParts(
    checked(source, {
      year: Number(year),
      month: Number(month),
      day: Number(day),
      hour: Number(hour),
      minute: Number(minute),
      second: Number(second),
      millisecond: millis(fraction),
    }),
  )
  return zoned(source, local, own, zone)
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/** The pattern of each letter, and the name of its part. */
const LETTERS: Readonly<Record<string, readonly [string, string]>> = {
  Y: ['(\\d{4})', 'year'],
  m: ['(\\d{1,2})', 'month'],
  d: ['(\\d{1,2})', 'day'],
  H: ['(\\d{1,2})', 'hour'],
  M: ['(\\d{1,2})', 'minute'],
  S: ['(\\d{1,2})', 'second'],
  L: ['(\\d{1,3})', 'millisecond'],
  j: ['(\\d{1,3})', 'dayOfYear'],
  G: ['(\\d{4})', 'isoYear'],
  V: ['(\\d{1,2})', 'isoWeek'],
  u: ['([1-7])', 'isoDay'],
  b: ['([A-Za-z]{3})', 'monthName'],
  B: ['([A-Za-z]+)', 'monthName'],
  z: ['(Z|[+-]\\d{2}:?\\d{2})', 'zone'],
  Z: ['([+-]\\d{1,4})', 'zoneMinutes'],
}

const compile = (format: string): { pattern: RegExp; names: string[] } => {
  const names: string[] = []
  const pattern = format.replace(/%(.)?|[^%]/gs, (part, letter?: string) => {
    if (!part.startsWith('%')) return part.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&')
    if (letter === '%') return '%'
    const known = letter !== undefined && Object.hasOwn(LETTERS, letter) ? LETTERS[letter] : undefined
    if (!known) throw new CommandError(18536, `Invalid format character '%${letter ?? ''}' in format string`)
    names.push(known[1])
    return known[0]
  })
  return { pattern: new RegExp(`^${pattern}$`), names }
}

/** The instant of a text in a format of `%` letters. Throws 241, and 18536 for a format that does not exist. */
export const parseFormat = (source: string, format: string, zone: Zone | undefined): number => {
  const { pattern, names } = compile(format)
  const found = pattern.exec(source)
  if (!found) throw failed(source, `it does not match the format '${format}'`)
  const given = new Map(names.map((name, i) => [name, found[i + 1] as string]))
  const number = (name: string): number | undefined => (given.has(name) ? Number(given.get(name)) : undefined)
  const monthName = given.get('monthName')
  const month = monthName ? MONTHS.indexOf(monthName.slice(0, 3).toLowerCase()) + 1 : number('month')
  const time = {
    hour: number('hour') ?? 0,
    minute: number('minute') ?? 0,
    second: number('second') ?? 0,
    millisecond: number('millisecond') ?? 0,
  }
  const isoYear = number('isoYear')
  const year = number('year')
  const yearDay = number('dayOfYear')
  let local: number
  if (isoYear !== undefined)
    local = fromIsoWeek(isoYear, number('isoWeek') ?? 1, number('isoDay') ?? 1) + fromParts(time)
  else if (year === undefined) throw failed(source, 'an incomplete date/time string: the year is missing')
  else if (yearDay !== undefined) local = fromParts({ year, day: yearDay, ...time })
  else {
    if (month === undefined || !given.has('day'))
      throw failed(source, 'an incomplete date/time string: the month or the day is missing')
    local = fromParts(checked(source, { year, month, day: number('day') ?? 1, ...time }))
  }
  const minutes = number('zoneMinutes')
  if (minutes !== undefined) return zone ? zoned(source, local, String(minutes), zone) : local - minutes * 60_000
  return zoned(source, local, given.get('zone'), zone)
}
