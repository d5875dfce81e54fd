import { addDays } from '#shared/period.ts'
import type { LocalDay } from '#shared/schema.ts'

/** Days in a row as spans, both ends included. */
export function leaveSpans(days: readonly LocalDay[]): { from: LocalDay; to: LocalDay }[] {
  const spans: { from: LocalDay; to: LocalDay }[] = []
  for (const day of [...days].sort()) {
    const last = spans.at(-1)
    if (last && addDays(last.to, 1) === day) last.to = day
    else spans.push({ from: day, to: day })
  }
  return spans
}

/** All days from the first to the last, at most a year of them. */
export function daysBetween(from: LocalDay, to: LocalDay): LocalDay[] {
  const days: LocalDay[] = []
  for (let day = from; day <= to && days.length < 366; day = addDays(day, 1)) days.push(day)
  return days
}
