import type { ContestInput } from '#shared/contest.ts'
import type { Metric } from '#shared/metric.ts'
import { type Person, teamAt } from '#shared/person.ts'
import { type Team, teamPath } from '#shared/team.ts'
import type { LocalText } from '#shared/text.ts'
import { instantOfLocal } from '../lib/zonedTime.ts'

/** A side as the wizard knows it: a team of the tree, or (`teamId` null) people chosen for this contest. */
export interface SideDraft {
  key: string
  teamId: string | null
  name: string
  people: string[]
}

export interface ContestDraft {
  metricId: string
  sides: SideDraft[]
  start: 'now' | 'later'
  startAt: string
  minutes: '30' | '60' | '120' | '240' | 'until'
  endAt: string
  aggregation: ContestInput['aggregation']
  graceMinutes: '0' | '15' | '60' | '1440'
  name: string
}

/** What the wizard looks things up in. */
export interface DraftFacts {
  people: readonly Person[]
  teams: ReadonlyMap<string, Team>
  zone: string
}

/** Active people of a team and below at an instant. */
export function rosterOf(teamId: string, { people, teams }: DraftFacts, atMs: number): string[] {
  return people
    .filter((person) => {
      const own = teamAt(person, atMs)
      return person.active && own !== null && teamPath(teams, own).includes(teamId)
    })
    .map((person) => person.id)
}

/** Start and end of a draft; `null` where it has none yet. */
export function draftWindow(draft: ContestDraft, zone: string, nowMs: number) {
  const startsAtMs = draft.start === 'now' ? nowMs : instantOfLocal(draft.startAt, zone)
  const endsAtMs =
    draft.minutes === 'until'
      ? instantOfLocal(draft.endAt, zone)
      : startsAtMs === null
        ? null
        : startsAtMs + Number(draft.minutes) * 60_000
  return { startsAtMs, endsAtMs }
}

/** The contest that a draft means, or `null` while something is missing. */
export function contestOfDraft(
  draft: ContestDraft,
  facts: DraftFacts,
  { nowMs, name }: { nowMs: number; name: LocalText },
): ContestInput | null {
  const { startsAtMs, endsAtMs } = draftWindow(draft, facts.zone, nowMs)
  if (startsAtMs === null || endsAtMs === null || endsAtMs <= startsAtMs || !draft.metricId) return null
  const used = new Set(draft.sides.flatMap((side) => facts.teams.get(side.teamId ?? '')?.color ?? []))
  const sides = draft.sides.map((side): ContestInput['sides'][number] => {
    const team = facts.teams.get(side.teamId ?? '')
    return {
      teamId: team?.id ?? side.key,
      name: team?.name ?? side.name.trim(),
      color: team?.color ?? freeColor(used),
      roster: team ? rosterOf(team.id, facts, startsAtMs) : side.people,
    }
  })
  if (sides.some((side) => !side.name || side.roster.length === 0)) return null
  return {
    name,
    metricId: draft.metricId,
    sides,
    startsAtMs,
    endsAtMs,
    graceMs: Number(draft.graceMinutes) * 60_000,
    aggregation: draft.aggregation,
  }
}

function freeColor(used: Set<number>): number {
  for (let color = 1; color <= 12; color++) {
    if (used.has(color)) continue
    used.add(color)
    return color
  }
  return 12
}

/** Metrics that can decide a contest are among these; points first, since a mix of everything is what most sprints want. */
export function firstMetric(metrics: readonly Metric[]): string {
  return (metrics.find((metric) => metric.source.type === 'points') ?? metrics[0])?.id ?? ''
}
