import { z } from 'zod'
import { idSchema, instantMsSchema } from '../schema.ts'

export const sourceInputSchema = z.strictObject({ name: z.string().trim().min(1).max(80), active: z.boolean() })
export type SourceInput = z.infer<typeof sourceInputSchema>

/** A system that sends activities, with its keys: only how they begin, the rest was shown once. */
export const sourceSchema = sourceInputSchema.extend({
  id: idSchema,
  createdAtMs: instantMsSchema,
  /** When it last sent something. */
  lastAtMs: instantMsSchema.nullable(),
  keys: z.array(z.object({ hint: z.string(), createdAtMs: instantMsSchema, revokedAtMs: instantMsSchema.nullable() })),
})
export type Source = z.infer<typeof sourceSchema>

/** POST /sources/:id/keys: the only time that the whole key is seen. */
export const newKeySchema = z.object({ key: z.string(), hint: z.string() })
export type NewKey = z.infer<typeof newKeySchema>
