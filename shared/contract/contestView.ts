import { z } from 'zod'
import { unitSchema } from '../metric.ts'
import { localTextSchema } from '../text.ts'
import { freshnessSchema } from './boardView.ts'

export const contestPhaseSchema = z.enum(['scheduled', 'live', 'closing', 'final', 'cancelled'])
export type ContestPhase = z.infer<typeof contestPhaseSchema>

/** A team-versus-team contest as a screen draws it. */
export const contestViewSchema = z.object({
  id: z.string(),
  name: localTextSchema,
  metricName: localTextSchema,
  unit: unitSchema,
  currency: z.string(),
  phase: contestPhaseSchema,
  startsAtMs: z.number(),
  endsAtMs: z.number(),
  /** Late activities are taken until then. */
  closesAtMs: z.number(),
  asOfMs: z.number(),
  /** Grows with every change that this server has seen. */
  seq: z.number().int(),
  sides: z
    .array(
      z.object({
        teamId: z.string(),
        name: z.string(),
        color: z.number().int(),
        value: z.number(),
        /** Earned in the last ten minutes. */
        momentum: z.number(),
        rosterSize: z.number().int(),
        top: z.array(z.object({ personId: z.string(), name: z.string(), value: z.number() })).max(5),
      }),
    )
    .min(2)
    .max(12),
  /** How often the lead changed hands. */
  leadChanges: z.number().int(),
  /** Set when final. */
  result: z.object({ hash: z.string(), winnerTeamIds: z.array(z.string()), finalAtMs: z.number() }).nullable(),
  /** Late facts that would have changed the result, newest first; the result stands. */
  restatements: z
    .array(z.object({ atMs: z.number(), sides: z.array(z.object({ teamId: z.string(), value: z.number() })) }))
    .max(20),
  /** When each source last sent something. */
  sources: z.array(freshnessSchema).max(20),
})
export type ContestView = z.infer<typeof contestViewSchema>
