import { z } from 'zod'
import { idSchema, kindSchema } from './schema.ts'
import { localTextSchema } from './text.ts'

/** A test of one field of an activity: `kind`, `evidence`, `valueMinor`, `quantity`, `currency` or `attributes.NAME`. */
export const conditionSchema = z.discriminatedUnion('op', [
  z.strictObject({
    field: fieldSchema(),
    op: z.enum(['is', 'is-not']),
    value: z.union([z.string().max(200), z.number(), z.boolean()]),
  }),
  z.strictObject({
    field: fieldSchema(),
    op: z.enum(['in', 'not-in']),
    values: z
      .array(z.union([z.string().max(200), z.number()]))
      .min(1)
      .max(200),
  }),
  z.strictObject({ field: fieldSchema(), op: z.enum(['at-least', 'at-most']), value: z.number() }),
])
export type Condition = z.infer<typeof conditionSchema>

function fieldSchema() {
  return z
    .string()
    .regex(
      /^(kind|evidence|valueMinor|quantity|currency|attributes\.[A-Za-z][A-Za-z0-9_-]{0,63})$/,
      'This field cannot be tested',
    )
}

/** Which activities something is about: one of the kinds, and every condition. */
export const selectionSchema = z.strictObject({
  kinds: z.array(kindSchema).min(1).max(30),
  filter: z.array(conditionSchema).max(20),
})
export type Selection = z.infer<typeof selectionSchema>

export const unitSchema = z.enum(['count', 'money', 'minutes', 'percent', 'points'])
export type Unit = z.infer<typeof unitSchema>
export const directionSchema = z.enum(['higher', 'lower'])
export const aggregateSchema = z.enum(['count', 'sum', 'average', 'max', 'distinct'])
export type Aggregate = z.infer<typeof aggregateSchema>

/** What is added up, averaged, maximized or told apart: the value, the quantity, or an attribute. */
export const measureSchema = z
  .string()
  .regex(
    /^(valueMinor|quantity|attributes\.[A-Za-z][A-Za-z0-9_-]{0,63})$/,
    'A measure is valueMinor, quantity or attributes.NAME',
  )

/** `activity`: from activities. `points`: fed by the points rules. `formula`: over other metrics, by their slugs. */
export const metricSourceSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('activity'),
    selection: selectionSchema,
    aggregate: aggregateSchema,
    measure: measureSchema.nullable(),
  }),
  z.strictObject({ type: z.literal('points') }),
  z.strictObject({ type: z.literal('formula'), expression: z.string().trim().min(1).max(500) }),
])
export type MetricSource = z.infer<typeof metricSourceSchema>

export const metricInputSchema = z.strictObject({
  name: localTextSchema,
  /** Name in formulas: letters, digits and _. Unique in the organization. */
  slug: z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, 'A slug is lower-case letters, digits and _'),
  source: metricSourceSchema,
  unit: unitSchema,
  direction: directionSchema,
  class: z.enum(['result', 'process', 'support']),
  active: z.boolean(),
})
export type MetricInput = z.infer<typeof metricInputSchema>

export const metricSchema = metricInputSchema.extend({ id: idSchema })
export type Metric = z.infer<typeof metricSchema>
