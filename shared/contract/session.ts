import { z } from 'zod'
import { organizationSettingsSchema } from '../organization.ts'

/** From least to most; each may do what the ones before it may. A manager's reach is the own team and below. */
export const roles = ['viewer', 'rep', 'manager', 'admin'] as const
export const roleSchema = z.enum(roles)
export type Role = z.infer<typeof roleSchema>

/** Does a role reach another one? */
export function reaches(role: Role, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed)
}

/** GET /session: who is signed in. */
export const sessionViewSchema = z.object({
  user: z.object({
    id: z.string(),
    name: z.string(),
    email: z.string().nullable(),
    role: roleSchema,
    personId: z.string().nullable(),
    teamId: z.string().nullable(),
  }),
  organization: organizationSettingsSchema.extend({ id: z.string() }),
})
export type SessionView = z.infer<typeof sessionViewSchema>

/** One's own password: the old one is asked for unless none was set yet. */
export const passwordChangeSchema = z.strictObject({
  currentPassword: z.string().max(200).default(''),
  newPassword: z.string().min(12, 'A password has at least 12 characters').max(200),
})

export const signInSchema = z.strictObject({
  email: z.email().max(254).toLowerCase(),
  password: z.string().min(1).max(200),
})

/** At least 12 characters; length is what protects. */
export const newPasswordSchema = z.string().min(12, 'A password has at least 12 characters').max(200)

/** Creates the organization and its first admin, with the one-time link of `npm start -- --no-demo`. */
export const setupSchema = z.strictObject({
  token: z.string().min(20).max(100),
  organization: organizationSettingsSchema,
  admin: z.strictObject({
    name: z.string().trim().min(1).max(120),
    email: z.email().max(254).toLowerCase(),
    password: newPasswordSchema,
  }),
})
