import { z } from 'zod'
import { badgeInputSchema } from '../badge.ts'
import { instantMsSchema } from '../schema.ts'
import { localTextSchema } from '../text.ts'
import { badgeProgressSchema, streakProgressSchema } from './myDay.ts'

/** A streak with how it has been and what threatens it. */
export const streakStandingSchema = streakProgressSchema.extend({
  best: z.number().int(),
  /** It breaks today unless the target is met. */
  atRisk: z.boolean(),
})
export type StreakStanding = z.infer<typeof streakStandingSchema>

/** A badge that somebody has. */
export const grantedBadgeSchema = z.object({
  badgeId: z.string(),
  name: localTextSchema,
  icon: z.string(),
  periodKey: z.string(),
  /** When the value was reached. */
  atMs: instantMsSchema,
})
export type GrantedBadge = z.infer<typeof grantedBadgeSchema>

/** GET /people/:id/recognition. */
export const recognitionSchema = z.object({
  /** Every active badge in its current period. */
  badges: z.array(badgeProgressSchema).max(50),
  /** What was granted ever, newest first. */
  granted: z.array(grantedBadgeSchema).max(50),
  streaks: z.array(streakStandingSchema).max(50),
})
export type Recognition = z.infer<typeof recognitionSchema>

/** POST /badges/preview: what a badge would have granted so far. */
export const badgePreviewInputSchema = z.strictObject({ badge: badgeInputSchema })
export const badgePreviewSchema = z.object({
  badges: z.number().int(),
  people: z.number().int(),
  /** There was more than a preview counts. */
  cut: z.boolean(),
})
export type BadgePreview = z.infer<typeof badgePreviewSchema>
