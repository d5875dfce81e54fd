import { Temporal } from 'temporal-polyfill'
import { currencyMarks, minorDigits } from './money.ts'

/** How a column writes its dates; each may be followed by a time. `iso`: a full instant with its offset. */
export const datePatterns = ['YYYY-MM-DD', 'YYYY/M/D', 'M/D/YYYY', 'D/M/YYYY', 'DD.MM.YYYY', 'iso'] as const
export type DatePattern = (typeof datePatterns)[number]

/** Longer cells are no date and no number; looking at them costs nothing. */
const maxCellLength = 60

/** What a cell says, or what is wrong with it. */
export type Cell<T> = { ok: true; value: T } | { ok: false; code: string; message: string }

type Part = 'year' | 'month' | 'day'

const dateForms: Record<Exclude<DatePattern, 'iso'>, { form: RegExp; order: [Part, Part, Part] }> = {
  'YYYY-MM-DD': { form: /^(\d{4})-(\d{1,2})-(\d{1,2})$/, order: ['year', 'month', 'day'] },
  'YYYY/M/D': { form: /^(\d{4})\/(\d{1,2})\/(\d{1,2})$/, order: ['year', 'month', 'day'] },
  'M/D/YYYY': { form: /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/, order: ['month', 'day', 'year'] },
  'D/M/YYYY': { form: /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/, order: ['day', 'month', 'year'] },
  'DD.MM.YYYY': { form: /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/, order: ['day', 'month', 'year'] },
}
const timeForm = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?(?:\s?([AaPp])\.?[Mm]\.?)?$/

/**
 * The instant of a cell in a zone. A date without a time is the start of that local day: noon of today could still lie in
 * the future, and the start of a day lies on that day in its zone always. A time that the clock skips moves forward with
 * it; of one that comes twice the first is meant.
 */
export function parseInstant(cell: string, pattern: DatePattern, zone: string): Cell<number> {
  const text = cell.length <= maxCellLength ? cell.normalize('NFKC').trim() : ''
  if (pattern === 'iso') return isoInstant(text)
  const [date = '', ...rest] = text.split(/[T\s]+/)
  const { form, order } = dateForms[pattern]
  const found = form.exec(date)
  const time = timeOf(rest.join(' '))
  if (!found || time === null) return bad('date.unreadable', `This is not a date written ${pattern}`)
  const parts = { year: 0, month: 0, day: 0 }
  for (const [index, part] of order.entries()) parts[part] = Number(found[index + 1])
  if (parts.year < 1970 || parts.year > 2199) return bad('date.out-of-range', 'The year is not between 1970 and 2199')
  try {
    const day = Temporal.PlainDate.from(parts, { overflow: 'reject' })
    const zoned = time === 'none' ? day.toZonedDateTime(zone) : day.toZonedDateTime({ timeZone: zone, plainTime: time })
    return { ok: true, value: zoned.epochMilliseconds }
  } catch {
    return bad('date.impossible', 'There is no such day or time')
  }
}

function isoInstant(text: string): Cell<number> {
  const withOffset = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/i.test(text)
  const atMs = withOffset ? Date.parse(text) : Number.NaN
  return Number.isNaN(atMs)
    ? bad('date.unreadable', 'This is not an instant with an offset, like 2026-11-22T09:30:00+08:00')
    : { ok: true, value: atMs }
}

function timeOf(text: string): { hour: number; minute: number; second: number } | 'none' | null {
  if (text === '') return 'none'
  const found = timeForm.exec(text)
  if (!found) return null
  const [, hours, minutes, seconds = '0', half] = found
  const hour = Number(hours)
  const time = { hour, minute: Number(minutes), second: Number(seconds) }
  if (half === undefined) return hour < 24 && time.minute < 60 && time.second < 60 ? time : null
  if (hour < 1 || hour > 12) return null
  return { ...time, hour: (hour % 12) + (half.toLowerCase() === 'p' ? 12 : 0) }
}

/**
 * Integer minor units of a decimal text: `1,054.50` with decimal mark `.` is 105450 in EUR. Thousands may be parted by
 * the other mark, spaces or apostrophes, in threes; the currency's sign or code may stand before or after, another one is refused. More decimals than
 * the currency has are refused, not rounded.
 */
export function parseMoney(cell: string, currency: string, decimalMark: '.' | ','): Cell<number> {
  const text = withoutMark(cell.length <= maxCellLength ? cell.normalize('NFKC').trim() : '', currency)
  const thousands = decimalMark === '.' ? ',' : '.'
  const form = new RegExp(
    `^([+-]?)(\\d+|\\d{1,3}(?:([${thousands}\\s'’])\\d{3})(?:\\3\\d{3})*)(?:[${decimalMark}](\\d*))?$`,
    'u',
  )
  const found = form.exec(text)
  if (!found) return bad('value.unreadable', `This is not an amount with decimal mark ${decimalMark}`)
  const digits = minorDigits(currency)
  const fraction = (found[4] ?? '').replace(/0+$/, '')
  if (fraction.length > digits) return bad('value.too-precise', `${currency} has ${digits} decimals`)
  const minor = Number(`${(found[2] ?? '').replace(/\D/g, '')}${fraction.padEnd(digits, '0')}`)
  if (minor > 1e13) return bad('value.too-large', 'This amount is too large')
  return { ok: true, value: found[1] === '-' ? 0 - minor : minor }
}

function withoutMark(text: string, currency: string): string {
  for (const mark of currencyMarks(currency)) {
    if (text.startsWith(mark)) return text.slice(mark.length).trim()
    if (text.endsWith(mark)) return text.slice(0, -mark.length).trim()
    if (text.startsWith(`-${mark}`)) return `-${text.slice(mark.length + 1).trim()}`
  }
  return text
}

const quantityForms = {
  '.': /^(\d{1,10}|\d{1,3}(,\d{3}){1,3})(\.0+)?$/,
  ',': /^(\d{1,10}|\d{1,3}(\.\d{3}){1,3})(,0+)?$/,
}

/** A whole number of things, with or without thousands marks: `1.000` is one with decimal mark `.`, and a thousand with `,`. */
export function parseQuantity(cell: string, decimalMark: '.' | ',' = '.'): Cell<number> {
  const text = cell.length <= maxCellLength ? cell.normalize('NFKC').trim() : ''
  const [whole = ''] = text.split(decimalMark)
  const value = quantityForms[decimalMark].test(text) ? Number(whole.replace(/\D/g, '')) : Number.NaN
  return value <= 1_000_000_000
    ? { ok: true, value }
    : bad('quantity.unreadable', 'This is not a whole number up to 1,000,000,000')
}

function bad(code: string, message: string): { ok: false; code: string; message: string } {
  return { ok: false, code, message }
}
