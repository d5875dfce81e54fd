import { z } from 'zod'
import { boardSchema } from '../board.ts'
import { directionSchema, unitSchema } from '../metric.ts'
import { idSchema, instantMsSchema } from '../schema.ts'
import { localTextSchema } from '../text.ts'

/** Sizes of window that may be asked for: few, so that many watchers share one. */
export const windowSizes = [10, 25, 50, 100] as const

/** Which part of a board: the first `top`, and ±5 around a member; `period` is a key, the current one by default. */
export const boardWindowSchema = z.strictObject({
  boardId: idSchema,
  period: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/)
    .optional(),
  top: z.union(windowSizes.map((size) => z.literal(size))).default(10),
  around: idSchema.optional(),
})
export type BoardWindow = z.infer<typeof boardWindowSchema>

export const boardRowSchema = z.object({
  memberId: z.string(),
  kind: z.enum(['person', 'team']),
  name: z.string(),
  teamId: z.string().nullable(),
  teamName: z.string().nullable(),
  /** Colour token 1–12 of the team. */
  color: z.number().int().nullable(),
  rank: z.number().int(),
  /** In the metric's unit (money in minor units); `null` when values are hidden from this viewer. */
  value: z.number().nullable(),
  second: z.number().nullable(),
  /** What is missing to the row above's value; `null` for the first, or when hidden. */
  gap: z.number().nullable(),
  decidedBy: z.enum(['value', 'second', 'first', 'shared']),
  /** Places won (+) or lost (−) since the morning; `null` when new today. */
  movement: z.number().int().nullable(),
  /** Values through the day in half hours, oldest first, at most 48. */
  spark: z.array(z.number()),
  lastAtMs: z.number(),
})
export type BoardRow = z.infer<typeof boardRowSchema>

/** A source and when it last sent something. */
export const freshnessSchema = z.object({
  sourceId: z.string(),
  name: z.string(),
  lastAtMs: instantMsSchema.nullable(),
})

export type Freshness = z.infer<typeof freshnessSchema>

/** A window of a board with all that a screen needs to draw it. The body of the GET and of the watch are this. */
export const boardViewSchema = z.object({
  board: boardSchema,
  metric: z.object({ id: z.string(), name: localTextSchema, unit: unitSchema, direction: directionSchema }),
  secondMetricName: localTextSchema.nullable(),
  currency: z.string(),
  zone: z.string(),
  period: z.object({
    key: z.string(),
    /** Half-open window of instants; `null` is without bound. */
    fromMs: instantMsSchema.nullable(),
    toMs: instantMsSchema.nullable(),
    current: z.boolean(),
  }),
  /** Grows with every change of the board and period; begins anew when the boards are rebuilt, with another epoch. */
  seq: z.number().int(),
  epoch: z.string(),
  /** When the server read it. */
  asOfMs: instantMsSchema,
  /** How many stand on the board in all. */
  total: z.number().int(),
  rows: z.array(boardRowSchema),
  /** ±5 around the member asked for; empty when that member has no standing. */
  around: z.array(boardRowSchema),
  sources: z.array(freshnessSchema).max(20),
})
export type BoardView = z.infer<typeof boardViewSchema>
