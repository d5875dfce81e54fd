import { z } from 'zod'
import { idSchema, instantMsSchema, localDaySchema } from './schema.ts'
import { localeSchema } from './text.ts'

export const trackSchema = z.enum(['hunter', 'farmer', 'telesales', 'regional-manager'])
export const tierSchema = z.enum(['newcomer', 'mid', 'senior'])

/** Membership of a team over the half-open window [fromMs, toMs); `null` is without bound. */
export const membershipSchema = z.strictObject({
  teamId: idSchema,
  fromMs: instantMsSchema.nullable(),
  toMs: instantMsSchema.nullable(),
})
export type Membership = z.infer<typeof membershipSchema>

/** How another system names this person. */
export const identitySchema = z.strictObject({
  sourceId: idSchema,
  externalId: z.string().trim().min(1).max(200),
})

export const personInputSchema = z.strictObject({
  name: z.string().trim().min(1).max(120),
  email: z.email().max(254).toLowerCase().nullable(),
  memberships: z.array(membershipSchema).max(100),
  identities: z.array(identitySchema).max(50),
  track: trackSchema.nullable(),
  tier: tierSchema.nullable(),
  hiredOn: localDaySchema.nullable(),
  leaveDays: z.array(localDaySchema).max(1000),
  locale: localeSchema.nullable(),
  active: z.boolean(),
})
export type PersonInput = z.infer<typeof personInputSchema>

export const personSchema = personInputSchema.extend({ id: idSchema })
export type Person = z.infer<typeof personSchema>

/** The team a person was in at an instant; the latest-starting membership wins where two overlap; `null` outside all. */
export function teamAt(person: Pick<Person, 'memberships'>, atMs: number): string | null {
  let found: Membership | null = null
  for (const membership of person.memberships) {
    const covers = (membership.fromMs ?? -Infinity) <= atMs && atMs < (membership.toMs ?? Infinity)
    if (covers && (found === null || (membership.fromMs ?? -Infinity) >= (found.fromMs ?? -Infinity)))
      found = membership
  }
  return found?.teamId ?? null
}
