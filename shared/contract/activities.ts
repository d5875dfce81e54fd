import { z } from 'zod'
import { evidenceSchema, personRefSchema } from '../activity.ts'
import { currencySchema, idSchema, kindSchema } from '../schema.ts'

/** Most activities in one request's array. */
export const maxActivitiesPerRequest = 1000
/** An activity may be dated at most this far in the future, for clocks that run fast. */
export const maxFutureMs = 5 * 60_000

const attributeName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, 'An attribute is named with letters, digits, _ and -')

/** An instant with an offset, `2026-11-22T09:30:00+08:00`; earlier ones than 1970 are slips of the pen. */
const occurredAtSchema = z.iso
  .datetime({ offset: true })
  .refine((at) => Date.parse(at) >= 0, 'Activities before 1970 are not taken')

/** One activity as a source sends it. */
export const activityInputSchema = z.strictObject({
  /** The source's own id of this fact. */
  externalId: z.string().min(1).max(200),
  /** A later version of the same fact has a larger one; the largest counts. */
  revision: z.number().int().min(1).max(1_000_000_000).default(1),
  kind: kindSchema,
  person: personRefSchema.optional(),
  /** Several people share it by weight, the one with the count first; instead of `person`. */
  credits: z
    .array(z.strictObject({ person: personRefSchema, weight: z.number().int().min(1).max(10_000) }))
    .min(1)
    .max(20)
    .optional(),
  /** When it happened. */
  occurredAt: occurredAtSchema,
  value: z.strictObject({ amountMinor: z.number().int().min(-1e13).max(1e13), currency: currencySchema }).optional(),
  quantity: z.number().int().min(0).max(1_000_000_000).default(1),
  attributes: z
    .record(attributeName, z.union([z.string().max(500), z.number(), z.boolean()]))
    .refine((attributes) => Object.keys(attributes).length <= 50, 'At most 50 attributes')
    .default({}),
  /** The fact is withdrawn. */
  voided: z.boolean().default(false),
  evidence: evidenceSchema.exclude(['manager-verified']).default('automatic'),
})
export type ActivityInput = z.infer<typeof activityInputSchema>

/** Why one item was not taken; the others of its request were. */
export const rejectionSchema = z.object({
  index: z.number().int(),
  code: z.string(),
  path: z.string(),
  message: z.string(),
})
export type Rejection = z.infer<typeof rejectionSchema>

/** What became of a request's items: `duplicate` ones were already stored with the same content. */
export const ingestResultSchema = z.object({
  accepted: z.number().int(),
  duplicate: z.number().int(),
  rejected: z.array(rejectionSchema),
})
export type IngestResult = z.infer<typeof ingestResultSchema>

/** A person's own entry: what happened just now, by themselves. */
export const ownActivityInputSchema = z.strictObject({
  /** Made by the client once per entry, so that sending it again does nothing. */
  id: idSchema,
  kind: kindSchema,
  occurredAt: occurredAtSchema,
  value: z.strictObject({ amountMinor: z.number().int().min(0).max(1e13), currency: currencySchema }).optional(),
  quantity: z.number().int().min(1).max(10_000).default(1),
  note: z.string().trim().max(300).default(''),
  account: z.string().trim().max(120).default(''),
})
export type OwnActivityInput = z.infer<typeof ownActivityInputSchema>
