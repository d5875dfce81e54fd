import { z } from 'zod'
import { nextWorkingDay, previousWorkingDay, type WorkingDays, workingDays } from './calendar.ts'
import type { WorkingCalendar } from './organization.ts'
import { idSchema, type LocalDay } from './schema.ts'
import { localTextSchema } from './text.ts'

export const streakInputSchema = z.strictObject({
  name: localTextSchema,
  metricId: idSchema,
  /** What a working day needs, in the metric's unit, money in minor units. */
  target: z.number(),
  active: z.boolean(),
})
export type StreakInput = z.infer<typeof streakInputSchema>

export const streakSchema = streakInputSchema.extend({ id: idSchema })
export type Streak = z.infer<typeof streakSchema>

/** A person's streak as of a day. */
export interface StreakState {
  /** Working days in a row on which the target was met, up to today. */
  current: number
  /** The longest ever. */
  best: number
  /** The last day of the current streak; `null` when there is none. */
  lastDay: LocalDay | null
  /** The streak breaks today unless the target is met: today is worked and has not met it yet. */
  atRisk: boolean
}

/** All that a streak depends on. */
export interface StreakFacts {
  /** Metric values by local day, in any order; a day without one has none. Days after `today` are left out. */
  dayValues: ReadonlyMap<LocalDay, number>
  calendar: WorkingCalendar
  /** The person's own days off. */
  leaveDays: Iterable<LocalDay>
  today: LocalDay
  /** The metric's direction: with `lower` a day has met the target at or below it. */
  direction?: 'higher' | 'lower'
}

/**
 * Counts consecutive working days on which the target was met. Weekends, holidays and leave neither count nor break,
 * whatever was done on them; today breaks nothing before it is over. Worked out from the days alone, so late facts and
 * corrections are right as soon as they are in.
 */
export function streakAt(target: number, facts: StreakFacts): StreakState {
  const { dayValues, today, direction = 'higher' } = facts
  const isWorked = workingDays(facts.calendar, facts.leaveDays)
  const isMet = (value: number) => (direction === 'higher' ? value >= target : value <= target)
  const metDays = [...dayValues]
    .filter(([day, value]) => day <= today && isMet(value) && isWorked(day))
    .map(([day]) => day)
    .sort()
  let run = 0
  let best = 0
  let due: LocalDay | null = null
  for (const day of metDays) {
    run = day === due ? run + 1 : 1
    best = Math.max(best, run)
    due = nextWorkingDay(isWorked, day)
  }
  const lastMet = metDays.at(-1) ?? null
  const alive = lastMet !== null && lastMet >= lastDueDay(isWorked, today)
  return {
    current: alive ? run : 0,
    best,
    lastDay: alive ? lastMet : null,
    atRisk: alive && lastMet < today && isWorked(today),
  }
}

/** The last working day that is over: a streak that ends before it is broken. */
function lastDueDay(isWorked: WorkingDays, today: LocalDay): LocalDay {
  return previousWorkingDay(isWorked, today) ?? ''
}
