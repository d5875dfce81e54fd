import { z } from 'zod'
import { evidenceSchema } from '../activity.ts'
import { unitSchema } from '../metric.ts'
import { instantMsSchema, localDaySchema } from '../schema.ts'
import { localTextSchema } from '../text.ts'
import { contestListItemSchema } from './contestList.ts'

/** Where a person stands on one board's current period; money in minor units. */
export const standingLineSchema = z.object({
  boardId: z.string(),
  name: localTextSchema,
  unit: unitSchema,
  /** `null` while nothing of this period counts for the person. */
  rank: z.number().int().nullable(),
  value: z.number().nullable(),
  /** What is missing to the row above; `null` for the first, or when hidden. */
  gap: z.number().nullable(),
  nextName: z.string().nullable(),
  /** How many stand on the board. */
  total: z.number().int(),
})
export type StandingLine = z.infer<typeof standingLineSchema>

/** A badge on its way: `value` of `target`, or when it was granted. */
export const badgeProgressSchema = z.object({
  badgeId: z.string(),
  name: localTextSchema,
  icon: z.string(),
  unit: unitSchema,
  value: z.number(),
  target: z.number(),
  grantedAtMs: instantMsSchema.nullable(),
})
export type BadgeProgress = z.infer<typeof badgeProgressSchema>

/** A run of working days; today counts once `value` reaches `target`. */
export const streakProgressSchema = z.object({
  streakId: z.string(),
  name: localTextSchema,
  unit: unitSchema,
  days: z.number().int(),
  value: z.number(),
  target: z.number(),
  /** Is today a working day of this person? */
  workingDay: z.boolean(),
})
export type StreakProgress = z.infer<typeof streakProgressSchema>

/** One of the person's newest activities. */
export const recentActivitySchema = z.object({
  key: z.string(),
  kind: z.string(),
  occurredAtMs: instantMsSchema,
  points: z.number().int(),
  valueMinor: z.number().int().nullable(),
  currency: z.string().nullable(),
  account: z.string().nullable(),
  evidence: evidenceSchema,
})
export type RecentActivity = z.infer<typeof recentActivitySchema>

/** GET /my/day: all that a person's first screen shows. */
export const myDaySchema = z.object({
  person: z.object({
    id: z.string(),
    name: z.string(),
    teamName: z.string().nullable(),
    color: z.number().int().nullable(),
  }),
  day: localDaySchema,
  boards: z.array(standingLineSchema).max(50),
  /** Today's values of active metrics; `null` while nothing counts. */
  metrics: z
    .array(z.object({ metricId: z.string(), name: localTextSchema, unit: unitSchema, value: z.number().nullable() }))
    .max(50),
  recent: z.array(recentActivitySchema).max(20),
  badges: z.array(badgeProgressSchema).max(50),
  streaks: z.array(streakProgressSchema).max(50),
  /** Live ones, and those that start today. */
  contests: z.array(contestListItemSchema).max(20),
})
export type MyDay = z.infer<typeof myDaySchema>
