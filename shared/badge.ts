import { z } from 'zod'
import { cycleSchema } from './period.ts'
import { idSchema } from './schema.ts'
import { localTextSchema } from './text.ts'

export const badgeInputSchema = z.strictObject({
  name: localTextSchema,
  /** Name of a symbol that the client has. */
  icon: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'An icon is named in lower-case letters, digits and -'),
  metricId: idSchema,
  /** The badge can be had once in each of its periods; with `all` once ever. */
  cycle: cycleSchema.refine(
    (cycle) => cycle.every !== 'rolling',
    'A rolling window is another one every day; choose a day, week, month, quarter, year, season or all time',
  ),
  /** In the metric's unit, money in minor units. */
  threshold: z.number(),
  scope: z.literal('person'),
  /** Is it taken back when a correction brings the value below the threshold? */
  revocable: z.boolean().default(true),
  active: z.boolean(),
})
export type BadgeInput = z.infer<typeof badgeInputSchema>

export const badgeSchema = badgeInputSchema.extend({ id: idSchema })
export type Badge = z.infer<typeof badgeSchema>

/**
 * What becomes of badges that were earned before the badge was made or changed: granted with a word to the floor, quietly,
 * or not at all; `null`: nothing has to be done.
 */
export const badgePastSchema = z.enum(['grant', 'quiet', 'none'])
export type BadgePast = z.infer<typeof badgePastSchema>

/** A badge as a manager makes it. */
export const badgeRequestSchema = badgeInputSchema.extend({ past: badgePastSchema.nullable().default(null) })

export type BadgeRequest = z.infer<typeof badgeRequestSchema>

/** A badge with what is still to be done about the past; `settle`: that is done, and what came in meanwhile is looked at. */
export const definedBadgeSchema = badgeSchema.extend({
  past: z.enum([...badgePastSchema.options, 'settle']).nullable(),
})
export type DefinedBadge = z.infer<typeof definedBadgeSchema>

/** Has someone with this value reached the badge? `direction` is the metric's; no value reaches nothing. */
export function badgeHeld(
  badge: Pick<Badge, 'threshold' | 'active'>,
  value: number | null,
  direction: 'higher' | 'lower' = 'higher',
): boolean {
  if (!badge.active || value === null) return false
  return direction === 'higher' ? value >= badge.threshold : value <= badge.threshold
}

/** The id of a grant: one for each person, badge and period, so that granting again is the same grant. No id has a dot. */
export function grantId(badgeId: string, personId: string, periodKey: string): string {
  return `${badgeId}.${personId}.${periodKey}`
}

/** A badge that was granted: kept for good, with when it was taken back if it was. */
export interface Grant {
  id: string
  revokedAtMs: number | null
}

/**
 * What to do about one person's badge in one period, from the value now and the stored grant, in any order of events:
 * `grant` it (the only time that is celebrated), `revoke` it after a correction, `restore` it quietly when it is reached
 * again, or nothing. An inactive badge is neither granted nor taken back.
 */
export function badgeChange(
  badge: Pick<Badge, 'threshold' | 'active' | 'revocable'>,
  value: number | null,
  grant: Pick<Grant, 'revokedAtMs'> | null,
  direction: 'higher' | 'lower' = 'higher',
): 'grant' | 'revoke' | 'restore' | null {
  if (!badge.active) return null
  const held = badgeHeld(badge, value, direction)
  if (grant === null) return held ? 'grant' : null
  if (held) return grant.revokedAtMs === null ? null : 'restore'
  return grant.revokedAtMs === null && badge.revocable ? 'revoke' : null
}
