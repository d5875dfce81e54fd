import { z } from 'zod'
import { cycleSchema } from './period.ts'
import { tierSchema, trackSchema } from './person.ts'
import { idSchema } from './schema.ts'
import { teamLevelSchema } from './team.ts'
import { localTextSchema } from './text.ts'

/** Who stands on a board: people (filtered), or the teams of one level. */
export const audienceSchema = z.discriminatedUnion('of', [
  z.strictObject({
    of: z.literal('people'),
    /** Only what was earned in this team or below it. */
    teamId: idSchema.nullable(),
    track: trackSchema.nullable(),
    tier: tierSchema.nullable(),
    /** Only people hired at most so many days ago. */
    tenureMaxDays: z.number().int().min(1).max(36_500).nullable(),
  }),
  z.strictObject({ of: z.literal('teams'), level: teamLevelSchema }),
])
export type Audience = z.infer<typeof audienceSchema>

export const boardInputSchema = z.strictObject({
  name: localTextSchema,
  metricId: idSchema,
  /** Second link of the tie chain; the third is who reached the value first, the last a shared rank. */
  secondMetricId: idSchema.nullable(),
  audience: audienceSchema,
  cycle: cycleSchema,
  /** `values-hidden`: order only. `top-only`: the first `topN`. `everything`: all. Managers always see everything. */
  visibility: z.enum(['everything', 'values-hidden', 'top-only']),
  topN: z.number().int().min(1).max(100),
  /** Place in lists, smaller first. */
  position: z.number().int().min(0).max(10_000),
  active: z.boolean(),
})
export type BoardInput = z.infer<typeof boardInputSchema>

export const boardSchema = boardInputSchema.extend({ id: idSchema })
export type Board = z.infer<typeof boardSchema>

/** A member's value on a board and period, before ranks. */
export interface Standing {
  memberId: string
  /** Ledger lines behind it: the newer of two standings has more. */
  entries: number
  value: number
  second: number | null
  /** When the newest activity in it happened: who is earlier reached the value first. */
  lastAtMs: number
}

/** Which link of the tie chain put a row below the one above it. */
export type DecidedBy = 'value' | 'second' | 'first' | 'shared'

export interface Ranked extends Standing {
  rank: number
  decidedBy: DecidedBy
}

/** Orders two standings: value in the metric's direction, second metric (more is better), earlier instant, then 0. */
export function compareStandings(a: Standing, b: Standing, direction: 'higher' | 'lower'): number {
  const byValue = direction === 'higher' ? b.value - a.value : a.value - b.value
  if (byValue !== 0) return byValue
  const bySecond = (b.second ?? 0) - (a.second ?? 0)
  return bySecond !== 0 ? bySecond : a.lastAtMs - b.lastAtMs
}

/**
 * Standard competition ranks (1, 2, 2, 4) of standings in any order; equal standings are listed by member id.
 * `firstRank` is the rank of the first when the list is a slice of a longer board.
 */
export function rankStandings(standings: readonly Standing[], direction: 'higher' | 'lower', firstRank = 1): Ranked[] {
  const ordered = [...standings].sort(
    (a, b) => compareStandings(a, b, direction) || (a.memberId < b.memberId ? -1 : a.memberId > b.memberId ? 1 : 0),
  )
  const ranked: Ranked[] = []
  for (const [index, standing] of ordered.entries()) {
    const above = ranked[index - 1]
    const decidedBy = above ? decision(above, standing) : 'value'
    const rank = above && decidedBy === 'shared' ? above.rank : firstRank + index
    ranked.push({ ...standing, rank, decidedBy })
  }
  return ranked
}

function decision(above: Standing, below: Standing): DecidedBy {
  if (above.value !== below.value) return 'value'
  if ((above.second ?? 0) !== (below.second ?? 0)) return 'second'
  return above.lastAtMs !== below.lastAtMs ? 'first' : 'shared'
}
