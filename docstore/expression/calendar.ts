/** Arithmetic on wall clocks: milliseconds as if they were UTC, and the parts of a date. */

export const DAY_MS = 86_400_000

export interface Parts {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly millisecond: number
}

export const partsOf = (local: number): Parts => {
  const d = new Date(local)
  return {
    year: d.getUTCFullYear(),
    month: d.getUTCMonth() + 1,
    day: d.getUTCDate(),
    hour: d.getUTCHours(),
    minute: d.getUTCMinutes(),
    second: d.getUTCSeconds(),
    millisecond: d.getUTCMilliseconds(),
  }
}

/** The wall clock of these parts; parts beyond their range carry over. */
export const fromParts = (p: Partial<Parts>): number => {
  const d = new Date(0)
  d.setUTCFullYear(p.year ?? 1970, (p.month ?? 1) - 1, p.day ?? 1)
  const { hour = 0, minute = 0, second = 0, millisecond = 0 } = p
  return d.getTime() + hour * 3_600_000 + minute * 60_000 + second * 1000 + millisecond
}

/** 0 is Sunday. */
export const weekdayOf = (local: number): number => (((Math.floor(local / DAY_MS) + 4) % 7) + 7) % 7

/** 1 is Monday. */
export const isoWeekdayOf = (local: number): number => weekdayOf(local) || 7

export const dayOfYear = (local: number): number =>
  Math.floor((local - fromParts({ year: partsOf(local).year })) / DAY_MS) + 1

const isoYearStart = (year: number): number => {
  const fourth = fromParts({ year, day: 4 })
  return fourth - (isoWeekdayOf(fourth) - 1) * DAY_MS
}

export const isoWeekYearOf = (local: number): number => {
  const { year } = partsOf(local)
  if (local >= isoYearStart(year + 1)) return year + 1
  return local < isoYearStart(year) ? year - 1 : year
}

export const isoWeekOf = (local: number): number =>
  Math.floor((local - isoYearStart(isoWeekYearOf(local))) / (7 * DAY_MS)) + 1

/** The wall clock of a day given by ISO week. */
export const fromIsoWeek = (year: number, week: number, weekday: number): number =>
  isoYearStart(year) + ((week - 1) * 7 + weekday - 1) * DAY_MS

/** Weeks begin on Sunday; days before the first one are in week 0. */
export const weekOf = (local: number): number => Math.floor((dayOfYear(local) + 6 - weekdayOf(local)) / 7)

const monthsOf = ({ year, month }: Parts): number => year * 12 + month - 1

/** Adds months; a day that the new month does not have becomes its last. */
export const addMonths = (local: number, months: number): number => {
  const p = partsOf(local)
  const total = monthsOf(p) + months
  const year = Math.floor(total / 12)
  const month = total - year * 12 + 1
  const last = partsOf(fromParts({ year, month: month + 1, day: 0 })).day
  return fromParts({ ...p, year, month, day: Math.min(p.day, last) })
}

/** Months since the year 0. */
export const monthIndex = (local: number): number => monthsOf(partsOf(local))

export type Unit = 'year' | 'quarter' | 'month' | 'week' | 'day' | 'hour' | 'minute' | 'second' | 'millisecond'

export const UNITS: readonly string[] = [
  'year',
  'quarter',
  'month',
  'week',
  'day',
  'hour',
  'minute',
  'second',
  'millisecond',
]

export const MONTHS_OF: Partial<Record<Unit, number>> = { year: 12, quarter: 3, month: 1 }
export const DAYS_OF: Partial<Record<Unit, number>> = { week: 7, day: 1 }
export const MS_OF: Partial<Record<Unit, number>> = { hour: 3_600_000, minute: 60_000, second: 1000, millisecond: 1 }
