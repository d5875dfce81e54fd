import { CommandError } from '../errors.ts'
import { dayOfYear, isoWeekdayOf, isoWeekOf, isoWeekYearOf, partsOf, weekdayOf, weekOf } from './calendar.ts'
import { toLocal, type Zone } from './zone.ts'

const NAMES = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]

const pad = (n: number, width: number): string => String(n).padStart(width, '0')

const yearText = (year: number): string => {
  if (year < 0 || year > 9999)
    throw new CommandError(18537, `$dateToString is only defined on year 0-9999, tried to use year ${year}`)
  return pad(year, 4)
}

const offsetText = (minutes: number): string => {
  const size = Math.abs(minutes)
  return `${minutes < 0 ? '-' : '+'}${pad(Math.floor(size / 60), 2)}${pad(size % 60, 2)}`
}

const LETTERS: Record<string, (local: number, minutes: number) => string> = {
  Y: (at) => yearText(partsOf(at).year),
  m: (at) => pad(partsOf(at).month, 2),
  d: (at) => pad(partsOf(at).day, 2),
  H: (at) => pad(partsOf(at).hour, 2),
  M: (at) => pad(partsOf(at).minute, 2),
  S: (at) => pad(partsOf(at).second, 2),
  L: (at) => pad(partsOf(at).millisecond, 3),
  j: (at) => pad(dayOfYear(at), 3),
  u: (at) => String(isoWeekdayOf(at)),
  w: (at) => String(weekdayOf(at) + 1),
  U: (at) => pad(weekOf(at), 2),
  V: (at) => pad(isoWeekOf(at), 2),
  G: (at) => yearText(isoWeekYearOf(at)),
  b: (at) => (NAMES[partsOf(at).month - 1] as string).slice(0, 3),
  B: (at) => NAMES[partsOf(at).month - 1] as string,
  z: (_at, minutes) => offsetText(minutes),
  Z: (_at, minutes) => `${minutes < 0 ? '-' : '+'}${pad(Math.abs(minutes), 3)}`,
  '%': () => '%',
}

/** Throws 18536 for a letter that means nothing, 18535 for a single % at the end. */
export const checkFormat = (format: string): void => {
  for (const [, letter = ''] of format.matchAll(/%(.?)/gs)) {
    if (letter === '') throw new CommandError(18535, "Unmatched '%' at end of format string")
    if (!Object.hasOwn(LETTERS, letter))
      throw new CommandError(18536, `Invalid format character '%${letter}' in format string`)
  }
}

/** An instant as text in a zone. */
export const formatDate = (ms: number, format: string, zone: Zone): string => {
  const local = toLocal(ms, zone)
  const minutes = Math.round((local - ms) / 60_000)
  return format.replace(/%(.)/gs, (_part, letter: string) =>
    (LETTERS[letter] as (a: number, m: number) => string)(local, minutes),
  )
}
