import type { Audience, Board } from './board.ts'
import type { Period } from './period.ts'
import type { Person } from './person.ts'
import type { LocalDay } from './schema.ts'
import { capDay, emptySummary, mergeAll, type Summary } from './summary.ts'
import type { Team } from './team.ts'
import type { MetricValuation } from './value.ts'

/** Day summaries by metric. */
export type MetricDays = ReadonlyMap<string, ReadonlyMap<LocalDay, Summary>>

/** A member's day summaries, as far as a standing needs to know them. */
export interface MemberDays {
  memberId: string
  teamId: string | null
  metrics: MetricDays
}

/** A member's place on a board before ranks; `value: null` means: not on the board (any more). */
export interface MeasuredStanding {
  memberId: string
  entries: number
  value: number | null
  second: number | null
  lastAtMs: number
}

/** Folds a member's days of a period into its standing. `pages` are that member's alone. */
export function measureStanding(
  {
    board,
    memberId,
    pages,
    period,
  }: {
    board: Pick<Board, 'metricId' | 'secondMetricId'>
    memberId: string
    pages: readonly MemberDays[]
    period: Period
  },
  {
    inputs,
    dailyCaps,
    valueOfMetric,
  }: { inputs: ReadonlySet<string>; dailyCaps: ReadonlyMap<string, number>; valueOfMetric: MetricValuation },
): MeasuredStanding {
  const folded = new Map<string, Summary>()
  for (const metricId of inputs) {
    const days = new Map<LocalDay, Summary[]>()
    for (const { metrics } of pages)
      for (const [day, summary] of metrics.get(metricId) ?? []) {
        if (!contains(period, day)) continue
        const sameDay = days.get(day)
        if (sameDay) sameDay.push(summary)
        else days.set(day, [summary])
      }
    folded.set(metricId, mergeAll([...days.values()].map((sameDay) => capDay(dayOf(sameDay), dailyCaps))))
  }
  const fold = (metricId: string) => folded.get(metricId) ?? emptySummary()
  let entries = 0
  let lastAtMs = 0
  for (const summary of folded.values()) {
    entries += summary.entries
    lastAtMs = Math.max(lastAtMs, summary.lastAtMs ?? 0)
  }
  return {
    memberId,
    entries,
    value: valueOfMetric(board.metricId, fold),
    second: board.secondMetricId ? valueOfMetric(board.secondMetricId, fold) : null,
    lastAtMs,
  }
}

/** A day's parts, of several teams, as one: a person who changes teams has one daily cap. */
function dayOf(parts: readonly Summary[]): Summary {
  const [only] = parts
  return only && parts.length === 1 ? only : mergeAll(parts)
}

/** Is a local day inside a period? */
export function contains(period: Period, day: LocalDay): boolean {
  return (period.fromDay === null || period.fromDay <= day) && (period.toDay === null || day < period.toDay)
}

/** What membership of a board depends on. */
export interface AudienceFacts {
  people: ReadonlyMap<string, Person>
  teams: ReadonlyMap<string, Team>
  teamPaths: ReadonlyMap<string, readonly string[]>
  today: LocalDay
}

/** The member that a page counts for on a board, or `null` when it counts for none. */
export function memberOfPage(
  audience: Audience,
  page: Pick<MemberDays, 'memberId' | 'teamId'> & { of: 'people' | 'teams' },
  facts: AudienceFacts,
): string | null {
  if (page.of !== audience.of) return null
  const path = page.teamId === null ? [] : (facts.teamPaths.get(page.teamId) ?? [])
  if (audience.of === 'teams') return path.find((teamId) => facts.teams.get(teamId)?.level === audience.level) ?? null
  const person = facts.people.get(page.memberId)
  return person &&
    isEligible(audience, person, facts.today) &&
    (audience.teamId === null || path.includes(audience.teamId))
    ? page.memberId
    : null
}

function isEligible(audience: Extract<Audience, { of: 'people' }>, person: Person, today: LocalDay): boolean {
  if (!person.active) return false
  if (audience.track !== null && person.track !== audience.track) return false
  if (audience.tier !== null && person.tier !== audience.tier) return false
  if (audience.tenureMaxDays === null) return true
  return (
    person.hiredOn !== null && Date.parse(today) - Date.parse(person.hiredOn) <= audience.tenureMaxDays * 86_400_000
  )
}
