import type { z } from 'zod'
import { type SessionView, sessionViewSchema, setupSchema } from '#shared/contract/session.ts'
import { withLock } from '../data/lock.ts'
import { createOrganization, dropOrganization } from '../data/newOrganization.ts'
import { hashPassword, passwordMatches } from '../data/passwords.ts'
import { key } from '../data/redis.ts'
import { findLink, openSession, useLink } from '../data/sessions.ts'
import type { Stores } from '../data/stores.ts'
import { idOfToken, newId } from '../data/tokens.ts'
import { insertUser, readSessionView, userOfEmail } from '../data/users.ts'
import { linkUsed, notFound, Refusal } from '../http/problems.ts'
import { type Route, route } from '../http/route.ts'
import type { SessionCookie } from '../http/sessionCookie.ts'
import { newDefaults } from './newDefaults.ts'

type Setup = z.infer<typeof setupSchema>

const emailTaken = () => new Refusal(409, 'user.email_taken', 'Somebody signs in with this e-mail address already')

/** Making an organization and its first admin, with the link that the operator was given. */
export function setupRoutes({ mongo, redis }: Stores, cookie: SessionCookie): Route[] {
  return [
    route({
      method: 'post',
      path: '/setup',
      summary: 'Create an organization and its first admin with a setup link',
      permit: 'public',
      body: setupSchema,
      answer: sessionViewSchema,
      status: 201,
      async handle({ body: { token, organization, admin }, response }): Promise<SessionView> {
        // A link makes one organization, however often it is tried; it is used up when everything else has been done.
        const org = idOfToken(token)
        return await withLock(redis, key(org, 'lock', 'setup'), async () => {
          if (!(await findLink(mongo, token, { forSetup: true }))) throw linkUsed()
          const user = (await adminOf(org, admin)) ?? (await create(org, organization, admin))
          const view = await readSessionView(mongo, org, user._id)
          if (!view) throw notFound('user')
          const session = await openSession(mongo, user)
          await useLink(mongo, token)
          cookie.set(response, session.token, session.maxAgeMs)
          return view
        })
      },
    }),
  ]

  /** The admin, when all but the end was done by an attempt before. */
  async function adminOf(org: string, { email, password }: Setup['admin']) {
    const user = await mongo.users.findOne({ org }).lean()
    if (user && !(user.email === email && (await passwordMatches(password, user.passwordHash)))) throw linkUsed()
    return user
  }

  async function create(org: string, organization: Setup['organization'], { name, email, password }: Setup['admin']) {
    if (await userOfEmail(mongo, email)) throw emailTaken()
    const user = {
      ...{ _id: newId(), org, name, email, role: 'admin' as const, personId: null, teamId: null, active: true },
      passwordHash: await hashPassword(password),
      createdAt: new Date(),
    }
    await dropOrganization(mongo, org)
    try {
      await createOrganization(mongo, { org, settings: organization, ...newDefaults(organization, newId) })
      if (!(await insertUser(mongo, user))) throw emailTaken()
      return user
    } catch (error) {
      await dropOrganization(mongo, org).catch(() => undefined)
      throw error
    }
  }
}
