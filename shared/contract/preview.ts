import { z } from 'zod'
import { metricInputSchema } from '../metric.ts'
import { pointsRuleInputSchema } from '../points.ts'
import { idSchema, localDaySchema } from '../schema.ts'

const span = {
  /** The saved one that this replaces; absent for a new one. */
  replacesId: idSchema.optional(),
  /** Local days [fromDay, toDay). */
  fromDay: localDaySchema,
  toDay: localDaySchema,
}

/** POST /points-rules/preview. */
export const pointsRulePreviewInputSchema = z.strictObject({ rule: pointsRuleInputSchema, ...span })
/** POST /metrics/preview. */
export const metricPreviewInputSchema = z.strictObject({ metric: metricInputSchema, ...span })

/** What a rule or metric would have done. */
export const previewSchema = z.object({
  /** How many activities it matches. */
  activities: z.number().int(),
  /** The sum of `after` less the sum of `before`, in the metric's unit. */
  total: z.number(),
  /** Largest change first. */
  byPerson: z
    .array(z.object({ personId: z.string(), name: z.string(), before: z.number(), after: z.number() }))
    .max(100),
  /** There was more to look at than a preview may read, so the figures are of a part. */
  cut: z.boolean(),
})
export type Preview = z.infer<typeof previewSchema>
