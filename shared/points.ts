import { z } from 'zod'
import { selectionSchema } from './metric.ts'
import { idSchema } from './schema.ts'
import { localTextSchema } from './text.ts'

/** What one matching activity earns before weights. Fractions are cut towards zero. */
export const awardSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('fixed'), points: z.number().int().min(-100_000).max(100_000) }),
  /** `points` for every full `everyMinor` minor units of value. */
  z.strictObject({
    type: z.literal('per-value'),
    points: z.number().int().min(1).max(100_000),
    everyMinor: z.number().int().min(1),
  }),
  z.strictObject({
    type: z.literal('per-quantity'),
    points: z.number().int().min(1).max(100_000),
    every: z.number().int().min(1),
  }),
  /** An expression over `value_minor`, `quantity` and `attributes`. */
  z.strictObject({ type: z.literal('formula'), expression: z.string().trim().min(1).max(500) }),
])
export type Award = z.infer<typeof awardSchema>

export const pointsRuleInputSchema = z.strictObject({
  name: localTextSchema,
  selection: selectionSchema,
  award: awardSchema,
  /** Percent by the value of an attribute; an activity without it, or with another value, counts 100 %. */
  weights: z
    .strictObject({
      attribute: z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/),
      percentByValue: z.record(z.string().min(1).max(100), z.number().int().min(0).max(1000)),
    })
    .nullable(),
  /** Most points that one person can get from this rule on one local day. */
  dailyCap: z.number().int().min(1).max(1_000_000).nullable(),
  active: z.boolean(),
})
export type PointsRuleInput = z.infer<typeof pointsRuleInputSchema>

export const pointsRuleSchema = pointsRuleInputSchema.extend({ id: idSchema })
export type PointsRule = z.infer<typeof pointsRuleSchema>
