import type { Locale } from '#shared/text.ts'

const dates = new Map<string, Intl.DateTimeFormat>()

function dateFormat(locale: Locale, zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale}|${zone}|${JSON.stringify(options)}`
  const known = dates.get(key)
  if (known) return known
  const made = new Intl.DateTimeFormat(locale, { ...options, timeZone: zone })
  dates.set(key, made)
  return made
}

/** 14:05 in the organization's zone. */
export function formatClock(atMs: number, locale: Locale, zone: string): string {
  return dateFormat(locale, zone, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(atMs)
}

/** 22 Nov 2026, in the organization's zone. */
export function formatDay(atMs: number, locale: Locale, zone: string): string {
  return dateFormat(locale, zone, { year: 'numeric', month: 'short', day: 'numeric' }).format(atMs)
}

/** Sunday, 22 November: the long form, for headings. */
export function formatLongDay(atMs: number, locale: Locale, zone: string): string {
  return dateFormat(locale, zone, { weekday: 'long', month: 'long', day: 'numeric' }).format(atMs)
}

/** 22 Nov, 14:05. */
export function formatMoment(atMs: number, locale: Locale, zone: string): string {
  return dateFormat(locale, zone, {
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(atMs)
}

/** The two largest parts of a length of time, for words: `{ unit: 'minutes', n: 5 }`. */
export function largestUnit(lengthMs: number): { unit: 'seconds' | 'minutes' | 'hours' | 'days'; n: number } {
  const seconds = Math.max(0, Math.floor(lengthMs / 1000))
  if (seconds < 60) return { unit: 'seconds', n: seconds }
  if (seconds < 3600) return { unit: 'minutes', n: Math.floor(seconds / 60) }
  if (seconds < 172_800) return { unit: 'hours', n: Math.floor(seconds / 3600) }
  return { unit: 'days', n: Math.floor(seconds / 86_400) }
}

/** Time left as a clock: 7:05, 1:07:05. Rounded up, so that it shows 0:00 only when over. */
export function formatCountdown(leftMs: number): string {
  const seconds = Math.max(0, Math.ceil(leftMs / 1000))
  const hours = Math.floor(seconds / 3600)
  const minutes = Math.floor((seconds % 3600) / 60)
  const two = (n: number) => String(n).padStart(2, '0')
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`
}
