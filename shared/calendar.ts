import type { WorkingCalendar } from './organization.ts'
import { addDays, weekday } from './period.ts'
import type { LocalDay } from './schema.ts'

/** Says of each local day whether it is worked. */
export type WorkingDays = (day: LocalDay) => boolean

/** How far to look for a working day: a year beyond all exceptions and leave that can be stored in a row. */
const farthestDays = 2400

/**
 * The working days of a calendar, and of one person when `leaveDays` are given. An exception beats the weekday (a holiday,
 * a make-up day), leave beats both. Of two exceptions for one day the last one holds.
 */
export function workingDays(calendar: WorkingCalendar, leaveDays: Iterable<LocalDay> = []): WorkingDays {
  const weekdays = new Set(calendar.workingWeekdays)
  const exceptions = new Map(calendar.exceptions.map(({ day, working }) => [day, working]))
  const leave = new Set(leaveDays)
  return (day) => !leave.has(day) && (exceptions.get(day) ?? weekdays.has(weekday(day)))
}

/** How many days of [fromDay, toDay) are worked; 0 when toDay is not after fromDay. One step a day. */
export function countWorkingDays(isWorked: WorkingDays, fromDay: LocalDay, toDay: LocalDay): number {
  let count = 0
  for (let day = fromDay; day < toDay; day = addDays(day, 1)) if (isWorked(day)) count += 1
  return count
}

/** The first working day after a day; `null` when there is none in the next years. */
export function nextWorkingDay(isWorked: WorkingDays, after: LocalDay): LocalDay | null {
  return step(isWorked, after, 1)
}

/** The last working day before a day; `null` when there is none in the years before. */
export function previousWorkingDay(isWorked: WorkingDays, before: LocalDay): LocalDay | null {
  return step(isWorked, before, -1)
}

function step(isWorked: WorkingDays, from: LocalDay, direction: 1 | -1): LocalDay | null {
  for (let days = 1; days <= farthestDays; days++) {
    const day = addDays(from, days * direction)
    if (isWorked(day)) return day
  }
  return null
}
