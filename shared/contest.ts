import { z } from 'zod'
import type { ContestPhase } from './contract/contestView.ts'
import { type Metric, metricSchema } from './metric.ts'
import { pointsRuleSchema } from './points.ts'
import { currencySchema, idSchema, instantMsSchema, zoneSchema } from './schema.ts'
import { localTextSchema } from './text.ts'

const dayMs = 86_400_000
/** Longest time after the end in which late activities are still taken. */
export const maxGraceMs = 7 * dayMs
/** Longest contest. */
export const maxContestMs = 366 * dayMs

/** A team, or people who play together for this contest alone. */
export const contestSideSchema = z.strictObject({
  /** Unique in the contest; an id of the team tree, or any other for an ad-hoc team. */
  teamId: idSchema,
  name: z.string().trim().min(1).max(80),
  /** Token `--team-N`, 1–12. */
  color: z.number().int().min(1).max(12),
  /** Person ids, fixed when the contest starts: who joins the team later does not play, who leaves still does. */
  roster: z.array(idSchema).min(1, 'A side needs at least one person').max(1000),
})
export type ContestSide = z.infer<typeof contestSideSchema>

const contestFields = z.strictObject({
  name: localTextSchema,
  metricId: idSchema,
  sides: z.array(contestSideSchema).min(2, 'A contest needs at least two sides').max(12, 'At most twelve sides'),
  /** Activities count that happened in [startsAtMs, endsAtMs). */
  startsAtMs: instantMsSchema,
  endsAtMs: instantMsSchema,
  /** Late activities are taken if they are recorded before endsAtMs + graceMs. */
  graceMs: z.number().int().min(0, 'The grace cannot be negative').max(maxGraceMs, 'The grace is at most 7 days'),
  /** `per-capita`: the sum by the number of people on the roster. */
  aggregation: z.enum(['sum', 'per-capita']),
})

/** A team-versus-team contest as a manager makes it. */
export const contestInputSchema = contestFields.superRefine(checkContest)
export type ContestInput = z.infer<typeof contestInputSchema>

/** A contest as it is stored, with copies of all that decides its result, so that later changes of rules cannot touch it. */
export const contestSchema = contestFields
  .extend({
    id: idSchema,
    metric: metricSchema,
    /** The points rules of that moment when the metric is points, else none. */
    rules: z.array(pointsRuleSchema).max(1000),
    zone: zoneSchema,
    currency: currencySchema,
    cancelledAtMs: instantMsSchema.nullable(),
    /** When the result was stored; `null` until then. */
    finalAtMs: instantMsSchema.nullable(),
  })
  .superRefine(checkContest)
export type Contest = z.infer<typeof contestSchema>

type ContestFields = z.infer<typeof contestFields>

function checkContest(contest: ContestFields, context: z.RefinementCtx): void {
  const issue = (path: (string | number)[], message: string) => context.addIssue({ code: 'custom', path, message })
  if (contest.endsAtMs <= contest.startsAtMs) issue(['endsAtMs'], 'A contest ends after it starts')
  if (contest.endsAtMs - contest.startsAtMs > maxContestMs) issue(['endsAtMs'], 'A contest lasts at most 366 days')
  const teams = new Set<string>()
  const sideOf = new Map<string, string>()
  for (const [index, side] of contest.sides.entries()) {
    if (teams.has(side.teamId)) issue(['sides', index, 'teamId'], `${side.name} plays twice`)
    teams.add(side.teamId)
    for (const [place, personId] of side.roster.entries()) {
      const other = sideOf.get(personId)
      if (other !== undefined)
        issue(['sides', index, 'roster', place], `A person plays for one side only, this one for ${other} already`)
      sideOf.set(personId, side.name)
    }
  }
}

/** Why a metric cannot decide a contest between teams, or `null`: values must add up over people, and more must be better. */
export function contestMetricProblem({ source, direction }: Pick<Metric, 'source' | 'direction'>): string | null {
  const adds = source.type === 'points' || (source.type === 'activity' && ['count', 'sum'].includes(source.aggregate))
  if (!adds) return 'Only counts, sums and points add up to the value of a team'
  return direction === 'higher' ? null : 'The metric of a contest is one of which more is better'
}

/** When late activities are no longer taken: the end of the grace. */
export function closesAtMs(contest: Pick<Contest, 'endsAtMs' | 'graceMs'>): number {
  return contest.endsAtMs + contest.graceMs
}

/**
 * The phase of a contest at an instant, from stored times alone, so it is right whatever was down in between. `closing`
 * lasts from the end until a result is stored, which is not before {@link closesAtMs}. A stored result cannot be cancelled.
 */
export function contestPhase(
  contest: Pick<Contest, 'startsAtMs' | 'endsAtMs' | 'cancelledAtMs' | 'finalAtMs'>,
  nowMs: number,
): ContestPhase {
  if (contest.finalAtMs !== null) return 'final'
  if (contest.cancelledAtMs !== null) return 'cancelled'
  if (nowMs < contest.startsAtMs) return 'scheduled'
  return nowMs < contest.endsAtMs ? 'live' : 'closing'
}

/** The side that a person plays for, or `null`. */
export function sideOfPerson(contest: Pick<Contest, 'sides'>, personId: string): ContestSide | null {
  return contest.sides.find((side) => side.roster.includes(personId)) ?? null
}

/** Does what someone did count: it happened while the contest ran, was known before it closed, and the person plays? */
export function contestCounts(
  done: { occurredAtMs: number; recordedAtMs: number; personId: string },
  contest: Pick<Contest, 'startsAtMs' | 'endsAtMs' | 'graceMs' | 'sides'>,
): boolean {
  return (
    contest.startsAtMs <= done.occurredAtMs &&
    done.occurredAtMs < contest.endsAtMs &&
    done.recordedAtMs < closesAtMs(contest) &&
    sideOfPerson(contest, done.personId) !== null
  )
}
