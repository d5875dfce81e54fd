import { z } from 'zod'
import { evidenceSchema } from '../activity.ts'
import { unitSchema } from '../metric.ts'
import { instantMsSchema, localDaySchema } from '../schema.ts'
import { localTextSchema } from '../text.ts'

/** One ledger line: what an activity's revision added to a metric, by which points rule if any. */
export const explainedLineSchema = z.object({
  entryId: z.string(),
  /** Id of the entry that this one cancels. */
  reverses: z.string().nullable(),
  revision: z.number().int(),
  recordedAtMs: instantMsSchema,
  metricId: z.string(),
  metricName: localTextSchema,
  unit: unitSchema,
  ruleId: z.string().nullable(),
  ruleName: localTextSchema.nullable(),
  /** In the metric's unit; money in minor units; negative in a reversal. */
  amount: z.number(),
})
export type ExplainedLine = z.infer<typeof explainedLineSchema>

/** An activity of the day with every ledger line that it ever made for this person. */
export const explainedActivitySchema = z.object({
  key: z.string(),
  kind: z.string(),
  occurredAtMs: instantMsSchema,
  revision: z.number().int(),
  voided: z.boolean(),
  evidence: evidenceSchema,
  sourceName: z.string().nullable(),
  account: z.string().nullable(),
  valueMinor: z.number().int().nullable(),
  currency: z.string().nullable(),
  lines: z.array(explainedLineSchema),
})
export type ExplainedActivity = z.infer<typeof explainedActivitySchema>

/** GET /people/:id/day?day=: where every point of a day comes from. */
export const personDaySchema = z.object({
  person: z.object({ id: z.string(), name: z.string(), teamName: z.string().nullable() }),
  day: localDaySchema,
  /** Values of the day; `cut` is what daily caps took away. */
  totals: z.array(
    z.object({
      metricId: z.string(),
      name: localTextSchema,
      unit: unitSchema,
      value: z.number().nullable(),
      cut: z.number(),
    }),
  ),
  activities: z.array(explainedActivitySchema).max(500),
})
export type PersonDay = z.infer<typeof personDaySchema>
