import { z } from 'zod'
import { localTextSchema } from '../text.ts'

const who = {
  personId: z.string(),
  name: z.string(),
  teamName: z.string().nullable(),
  color: z.number().int().nullable(),
}

/** What happened, newest first, for the floor to see. Its id is computed from the fact, so it never comes twice. */
export const feedItemSchema = z.discriminatedUnion('type', [
  z.object({
    id: z.string(),
    type: z.literal('activity'),
    atMs: z.number(),
    ...who,
    kind: z.string(),
    points: z.number().int(),
    valueMinor: z.number().int().nullable(),
    currency: z.string().nullable(),
    account: z.string().nullable(),
    evidence: z.string(),
  }),
  z.object({
    id: z.string(),
    type: z.literal('badge'),
    atMs: z.number(),
    ...who,
    badgeId: z.string(),
    badgeName: localTextSchema,
    icon: z.string(),
  }),
  z.object({
    id: z.string(),
    type: z.literal('streak'),
    atMs: z.number(),
    ...who,
    streakName: localTextSchema,
    days: z.number().int(),
  }),
  z.object({
    id: z.string(),
    type: z.literal('contest'),
    atMs: z.number(),
    contestId: z.string(),
    contestName: localTextSchema,
    phase: z.enum(['live', 'closing', 'final', 'restated']),
    /** Winning side, when final and not a tie. */
    winner: z.string().nullable(),
  }),
])
export type FeedItem = z.infer<typeof feedItemSchema>

/** An item that screens may show was corrected: `item` is what it is now, `null` when it is gone. */
export const feedCorrectionSchema = z.object({ id: z.string(), item: feedItemSchema.nullable() })
export type FeedCorrection = z.infer<typeof feedCorrectionSchema>

/** Something worth interrupting a wall for: higher `priority` first; screens drop it when older than ten minutes. */
export const celebrationSchema = z.object({
  id: z.string(),
  priority: z.number().int().min(0).max(9),
  item: feedItemSchema,
  /** Rank on the main board before and after, when it changed. */
  rankBefore: z.number().int().nullable(),
  rankAfter: z.number().int().nullable(),
})
export type Celebration = z.infer<typeof celebrationSchema>
