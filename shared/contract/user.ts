import { z } from 'zod'
import { idSchema, instantMsSchema } from '../schema.ts'
import { roleSchema } from './session.ts'

/** Someone who signs in, as an admin writes it. */
export const userInputSchema = z.strictObject({
  name: z.string().trim().min(1).max(120),
  email: z.email().max(254).toLowerCase().nullable(),
  role: roleSchema,
  personId: idSchema.nullable(),
  /** A manager's reach; `null` is the whole organization. */
  teamId: idSchema.nullable(),
  active: z.boolean(),
})
export type UserInput = z.infer<typeof userInputSchema>

export const userSchema = userInputSchema.extend({ id: idSchema, createdAtMs: instantMsSchema })
export type User = z.infer<typeof userSchema>

/** POST /users/:id/link: a sign-in link that works once. */
export const userLinkSchema = z.object({ url: z.string(), expiresAtMs: instantMsSchema })
export type UserLink = z.infer<typeof userLinkSchema>
