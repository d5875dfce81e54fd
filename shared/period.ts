import { Temporal } from 'temporal-polyfill'
import { z } from 'zod'
import type { OrganizationSettings } from './organization.ts'
import { type LocalDay, localDaySchema } from './schema.ts'

/** How often a board begins anew. `rolling`: the last `days` local days, today included. `custom`: one season [from, to). */
export const cycleSchema = z.discriminatedUnion('every', [
  z.strictObject({
    every: z.enum(['day', 'week', 'month', 'quarter', 'year', 'fiscal-quarter', 'fiscal-year', 'all']),
  }),
  z.strictObject({ every: z.literal('rolling'), days: z.number().int().min(2).max(366) }),
  z
    .strictObject({ every: z.literal('custom'), from: localDaySchema, to: localDaySchema })
    .refine((season) => season.from < season.to, { path: ['to'], message: 'A season ends after the day it begins on' }),
])
export type Cycle = z.infer<typeof cycleSchema>

/** A stretch of local days [fromDay, toDay); `null` is without bound. The key is unique within a cycle. */
export interface Period {
  key: string
  fromDay: LocalDay | null
  toDay: LocalDay | null
}

/** What periods need to know of the organization. */
export type PeriodCalendar = Pick<OrganizationSettings, 'weekStart' | 'fiscalYearStartMonth' | 'fiscalCalendar'>

const formats = new Map<string, Intl.DateTimeFormat>()

/** The local day of an instant from 1900 to 2199; 0.8 µs, as the format is kept. */
export function localDay(atMs: number, zone: string): LocalDay {
  let format = formats.get(zone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' })
    formats.set(zone, format)
  }
  return format.format(atMs)
}

/** A half-open window of instants [fromMs, toMs); `null` is without bound. */
export interface Window {
  fromMs: number | null
  toMs: number | null
}

/**
 * First instant of a local day: midnight, or the end of the gap where the clock skips midnight. A day that a zone skipped
 * as a whole (Apia, 2011-12-30) begins where the next one does.
 */
export function dayStartMs(day: LocalDay, zone: string): number {
  return Temporal.PlainDate.from(day).toZonedDateTime(zone).epochMilliseconds
}

/** The instants of a period in a zone: from the start of its first day to the start of the day after its last. */
export function periodInstants(period: Pick<Period, 'fromDay' | 'toDay'>, zone: string): Window {
  return {
    fromMs: period.fromDay === null ? null : dayStartMs(period.fromDay, zone),
    toMs: period.toDay === null ? null : dayStartMs(period.toDay, zone),
  }
}

/** The day `days` later (or earlier). */
export function addDays(day: LocalDay, days: number): LocalDay {
  return new Date(Date.parse(`${day}T00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)
}

/** ISO weekday of a day, Monday = 1. */
export function weekday(day: LocalDay): number {
  return new Date(`${day}T00:00Z`).getUTCDay() || 7
}

/** The period of a cycle that a local day is in; `null` outside a custom season. */
export function periodOf(day: LocalDay, cycle: Cycle, calendar: PeriodCalendar): Period | null {
  const year = Number(day.slice(0, 4))
  const month = Number(day.slice(5, 7))
  switch (cycle.every) {
    case 'day':
      return { key: day, fromDay: day, toDay: addDays(day, 1) }
    case 'week': {
      const from = addDays(day, -((weekday(day) - calendar.weekStart + 7) % 7))
      return { key: `w${from}`, fromDay: from, toDay: addDays(from, 7) }
    }
    case 'month':
      return { key: day.slice(0, 7), fromDay: firstOf(year, month), toDay: firstOf(year, month + 1) }
    case 'quarter': {
      const first = month - ((month - 1) % 3)
      return { key: `${year}-q${(first + 2) / 3}`, fromDay: firstOf(year, first), toDay: firstOf(year, first + 3) }
    }
    case 'year':
      return { key: `${year}`, fromDay: firstOf(year, 1), toDay: firstOf(year + 1, 1) }
    case 'fiscal-quarter':
    case 'fiscal-year':
      return fiscalPeriod(day, cycle.every, calendar)
    case 'rolling':
      return { key: `r${cycle.days}-${day}`, fromDay: addDays(day, 1 - cycle.days), toDay: addDays(day, 1) }
    case 'custom':
      return cycle.from <= day && day < cycle.to
        ? { key: `s${cycle.from}`, fromDay: cycle.from, toDay: cycle.to }
        : null
    case 'all':
      return { key: 'all', fromDay: null, toDay: null }
  }
}

/** First day of a month; months beyond 12 run into the next years. */
function firstOf(year: number, month: number): LocalDay {
  return new Date(Date.UTC(year, month - 1, 1)).toISOString().slice(0, 10)
}

/**
 * Fiscal years are named for the calendar year in which they begin. With 4-4-5 the year begins on the week start nearest
 * to the first of its month, so it has 52 or 53 weeks, the last quarter taking the 53rd.
 */
function fiscalPeriod(day: LocalDay, every: 'fiscal-quarter' | 'fiscal-year', calendar: PeriodCalendar): Period {
  const start = (year: number) => fiscalYearStart(year, calendar)
  let year = Number(day.slice(0, 4))
  if (day < start(year)) year -= 1
  else if (day >= start(year + 1)) year += 1
  if (every === 'fiscal-year') return { key: `fy${year}`, fromDay: start(year), toDay: start(year + 1) }
  const quarterStarts = [0, 1, 2, 3].map((quarter) =>
    calendar.fiscalCalendar === '445'
      ? addDays(start(year), quarter * 91)
      : firstOf(year, calendar.fiscalYearStartMonth + quarter * 3),
  )
  const index = quarterStarts.findLastIndex((from) => from <= day)
  return {
    key: `fy${year}-q${index + 1}`,
    fromDay: quarterStarts[index] ?? start(year),
    toDay: quarterStarts[index + 1] ?? start(year + 1),
  }
}

function fiscalYearStart(year: number, calendar: PeriodCalendar): LocalDay {
  const first = firstOf(year, calendar.fiscalYearStartMonth)
  if (calendar.fiscalCalendar === 'months') return first
  const after = (calendar.weekStart - weekday(first) + 7) % 7
  return addDays(first, after <= 3 ? after : after - 7)
}

/** A local day inside the period that a key names, or `null` when the key is not of this cycle. */
export function dayOfPeriodKey(key: string, cycle: Cycle, calendar: PeriodCalendar): LocalDay | null {
  const day = candidateDay(key, calendar)
  if (day === null || !localDaySchema.safeParse(day).success) return null
  return periodOf(day, cycle, calendar)?.key === key ? day : null
}

function candidateDay(key: string, calendar: PeriodCalendar): LocalDay | null {
  const day = /(\d{4}-\d{2}-\d{2})$/.exec(key)?.[1]
  if (day !== undefined) return day
  const quarter = /^(\d{4})-q([1-4])$/.exec(key)
  if (quarter) return firstOf(Number(quarter[1]), Number(quarter[2]) * 3)
  const fiscal = /^fy(\d{4})(?:-q([1-4]))?$/.exec(key)
  if (fiscal) return addDays(fiscalYearStart(Number(fiscal[1]), calendar), 91 * (Number(fiscal[2] ?? 1) - 1) + 45)
  const month = /^(\d{4})-(\d{2})$/.exec(key)
  if (month) return firstOf(Number(month[1]), Number(month[2]))
  const year = /^(\d{4})$/.exec(key)
  if (year) return firstOf(Number(year[1]), 1)
  return key === 'all' ? '2000-01-01' : null
}
