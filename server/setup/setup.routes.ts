import { type SessionView, sessionViewSchema, setupSchema } from '#shared/contract/session.ts'
import { withLock } from '../data/lock.ts'
import { createOrganization, dropOrganization } from '../data/newOrganization.ts'
import { hashPassword } from '../data/passwords.ts'
import { key } from '../data/redis.ts'
import { linkOf, openSession, useUpLink } from '../data/sessions.ts'
import type { Stores } from '../data/stores.ts'
import { idOfToken, newId } from '../data/tokens.ts'
import { insertUser, readSessionView, userOfEmail } from '../data/users.ts'
import { notFound, Refusal } from '../http/problems.ts'
import { type Route, route } from '../http/route.ts'
import type { SessionCookie } from '../http/sessionCookie.ts'
import { newDefaults } from './newDefaults.ts'

const emailTaken = () => new Refusal(409, 'user.email_taken', 'Somebody signs in with this e-mail address already')

/** Making an organization and its first admin, with the link that the operator was given: it is theirs until they are in. */
export function setupRoutes({ mongo, redis }: Pick<Stores, 'mongo' | 'redis'>, cookie: SessionCookie): Route[] {
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
        const org = idOfToken(token)
        return await withLock(redis, key(org, 'lock', 'setup'), async () => {
          if (!(await linkOf(mongo, token, { forSetup: true })) || (await mongo.users.exists({ org })))
            throw new Refusal(401, 'link.used', 'This link has been used or has expired; ask for a new one')
          if (await userOfEmail(mongo, admin.email)) throw emailTaken()
          const user = {
            _id: newId(),
            org,
            name: admin.name,
            email: admin.email,
            passwordHash: await hashPassword(admin.password),
            role: 'admin' as const,
            personId: null,
            teamId: null,
            active: true,
            createdAt: new Date(),
          }
          // What an attempt has left that did not get to its end.
          await dropOrganization(mongo, org)
          await createOrganization(mongo, { org, settings: organization, ...newDefaults(organization, newId) })
          if (!(await insertUser(mongo, user))) throw emailTaken()
          await useUpLink(mongo, token)
          const session = await openSession(mongo, user)
          cookie.set(response, session.token, session.maxAgeMs)
          const view = await readSessionView(mongo, org, user._id)
          if (!view) throw notFound('user')
          return view
        })
      },
    }),
  ]
}
