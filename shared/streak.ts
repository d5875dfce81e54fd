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

/** Working days in a row on which the target was met. */
export interface StreakRun {
  fromDay: LocalDay
  lastDay: LocalDay
  days: number
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
  const { today } = facts
  const isWorked = workingDays(facts.calendar, facts.leaveDays)
  const runs = streakRuns(target, facts)
  const last = runs.at(-1)
  const alive = last !== undefined && last.lastDay >= lastDueDay(isWorked, today)
  return {
    current: alive ? last.days : 0,
    best: Math.max(0, ...runs.map((run) => run.days)),
    lastDay: alive ? last.lastDay : null,
    atRisk: alive && last.lastDay < today && isWorked(today),
  }
}

/** Every run of working days on which the target was met, the oldest first. */
export function streakRuns(target: number, facts: StreakFacts): StreakRun[] {
  const { dayValues, today } = facts
  const isWorked = workingDays(facts.calendar, facts.leaveDays)
  const metDays = [...dayValues]
    .filter(([day, value]) => day <= today && isTargetMet(target, value, facts.direction) && isWorked(day))
    .map(([day]) => day)
    .sort()
  const runs: StreakRun[] = []
  let due: LocalDay | null = null
  for (const day of metDays) {
    const run = runs.at(-1)
    if (run && day === due) {
      run.lastDay = day
      run.days += 1
    } else runs.push({ fromDay: day, lastDay: day, days: 1 })
    due = nextWorkingDay(isWorked, day)
  }
  return runs
}

/** Does a day's value meet the target? */
export function isTargetMet(target: number, value: number, direction: 'higher' | 'lower' = 'higher'): boolean {
  return direction === 'higher' ? value >= target : value <= target
}

/** Lengths of a streak that the floor hears of: a week's, two weeks', a month's of working days, and every fifty. */
export function isStreakMilestone(days: number): boolean {
  return days === 5 || days === 10 || days === 20 || (days > 0 && days % 50 === 0)
}

/** The last working day that is over: a streak that ends before it is broken. */
function lastDueDay(isWorked: WorkingDays, today: LocalDay): LocalDay {
  return previousWorkingDay(isWorked, today) ?? ''
}
