import { z } from 'zod'
import { personRefSchema } from '../activity.ts'
import { idSchema, instantMsSchema } from '../schema.ts'

/** Activities of one source that name somebody whom nobody knows. */
export const unmatchedSchema = z.object({
  sourceId: z.string(),
  sourceName: z.string(),
  ref: personRefSchema,
  activities: z.number().int(),
  firstAtMs: instantMsSchema,
  lastAtMs: instantMsSchema,
  kinds: z.array(z.string()).max(10),
})
export type Unmatched = z.infer<typeof unmatchedSchema>

/** GET /unmatched: the largest first; `total` counts all of them. */
export const unmatchedListSchema = z.object({ items: z.array(unmatchedSchema).max(200), total: z.number().int() })
export type UnmatchedList = z.infer<typeof unmatchedListSchema>

/** POST /unmatched/assign: this name means that person from now on, and its waiting activities are scored. */
export const unmatchedAssignSchema = z.strictObject({ sourceId: idSchema, ref: personRefSchema, personId: idSchema })
