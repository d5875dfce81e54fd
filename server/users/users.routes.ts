import type { Request } from 'express'
import { z } from 'zod'
import { type User, type UserLink, userInputSchema, userLinkSchema, userSchema } from '#shared/contract/user.ts'
import { idSchema } from '#shared/schema.ts'
import type { UserDoc } from '../data/identityCollections.ts'
import { withLock } from '../data/lock.ts'
import { tellEndedSessions } from '../data/news.ts'
import { key } from '../data/redis.ts'
import { closeSessionsOf, createLink, dropLinksOf } from '../data/sessions.ts'
import type { Stores } from '../data/stores.ts'
import { newId } from '../data/tokens.ts'
import { insertUser, listUsers, maxUsers, updateUser, userOfEmail, userView } from '../data/users.ts'
import { firstOf, listChanged, pageQuery, pageSchema } from '../http/page.ts'
import { notFound, Refusal } from '../http/problems.ts'
import { type Route, route } from '../http/route.ts'
import { checkLastAdmin, checkUserFields } from './userChecks.ts'

const linkMs = 7 * 86_400_000
const byId = z.strictObject({ id: idSchema })
const emailTaken = () =>
  new Refusal(409, 'user.email_taken', 'Somebody signs in with this e-mail address already', {
    issues: [{ path: 'body.email', message: 'Taken' }],
  })

/** Who may come in. Only admins decide that. */
export function userRoutes({ mongo, redis }: Pick<Stores, 'mongo' | 'redis'>, publicUrl: string | undefined): Route[] {
  return [
    route({
      method: 'get',
      path: '/users',
      summary: 'All users, by name, in pages when asked',
      permit: 'admin',
      query: pageQuery,
      answer: pageSchema(userSchema),
      async handle({ principal: { org }, query: { limit, after } }) {
        const last = after === undefined ? null : await mongo.users.findOne({ _id: after, org }).lean()
        if (after !== undefined && !last) throw listChanged()
        return firstOf(await listUsers(mongo, org, { after: last, limit: (limit ?? maxUsers) + 1 }), limit)
      },
    }),
    route({
      method: 'post',
      path: '/users',
      summary: 'Invite somebody: answers a link that works once, within seven days',
      permit: 'admin',
      body: userInputSchema,
      answer: userSchema.extend({ link: userLinkSchema }),
      status: 201,
      async handle({ principal, body, request }) {
        const { org } = principal
        return await locked(org, async () => {
          if ((await mongo.users.countDocuments({ org })) >= maxUsers)
            throw new Refusal(409, 'users.full', `An organization has at most ${maxUsers} users`)
          await checkUserFields(mongo, principal, body, null)
          const user: UserDoc = {
            _id: newId(),
            org,
            ...body,
            passwordHash: null,
            createdAt: new Date(),
          }
          // A link to nobody leads nowhere; a user without one would be in the way of inviting them again.
          const link = await newLink(user, request)
          if (!(await insertUser(mongo, user))) throw emailTaken()
          return { ...userView(user), link }
        })
      },
    }),
    route({
      method: 'put',
      path: '/users/:id',
      summary: 'Change a user; other rights or none end all its sessions',
      permit: 'admin',
      params: byId,
      body: userInputSchema,
      answer: userSchema,
      async handle({ principal, params, body }): Promise<User> {
        const { org } = principal
        return await locked(org, async () => {
          const user = await userOf(org, params.id)
          if (user.role === 'admin' && user.active && (body.role !== 'admin' || !body.active))
            await checkLastAdmin(mongo, org, user._id)
          await checkUserFields(mongo, principal, body, user._id)
          const holder = body.email === null ? null : await userOfEmail(mongo, body.email)
          if (holder && holder._id !== user._id) throw emailTaken()
          const rights = ['role', 'personId', 'teamId', 'active', 'email'] as const
          const isOther = rights.some((field) => body[field] !== user[field])
          // Before the change: who tries again what failed amid this finds that it is still to be done.
          if (isOther) await endSessions(user, !body.active)
          if (!(await updateUser(mongo, { org, userId: user._id }, body))) throw emailTaken()
          if (isOther) await tellEndedSessions(redis, org, user._id)
          return userView({ ...user, ...body })
        })
      },
    }),
    route({
      method: 'post',
      path: '/users/:id/link',
      summary: 'A new link that works once, for somebody who cannot sign in; older ones end',
      permit: 'admin',
      params: byId,
      answer: userLinkSchema,
      status: 201,
      async handle({ principal, params, request }) {
        const user = await userOf(principal.org, params.id)
        if (!user.active) throw new Refusal(409, 'user.inactive', 'This user is not active')
        await dropLinksOf(mongo, user.org, user._id)
        return await newLink(user, request)
      },
    }),
    route({
      method: 'delete',
      path: '/users/:id',
      summary: 'Remove a user; the person and what it did stay',
      permit: 'admin',
      params: byId,
      async handle({ principal: { org }, params }) {
        await locked(org, async () => {
          const user = await userOf(org, params.id)
          if (user.role === 'admin' && user.active) await checkLastAdmin(mongo, org, user._id)
          await endSessions(user, true)
          await mongo.users.deleteOne({ _id: user._id, org })
          await tellEndedSessions(redis, org, user._id)
        })
      },
    }),
  ]

  async function userOf(org: string, id: string): Promise<UserDoc> {
    const user = await mongo.users.findOne({ _id: id, org }).lean()
    if (!user) throw notFound('user')
    return user
  }

  async function newLink({ _id, org }: UserDoc, request: Request): Promise<UserLink> {
    const token = await createLink(mongo, { org, userId: _id, ttlMs: linkMs })
    const base = publicUrl?.replace(/\/$/, '') ?? `${request.protocol}://${request.get('host')}`
    return { url: `${base}/link#${token}`, expiresAtMs: Date.now() + linkMs }
  }

  async function endSessions({ _id, org }: UserDoc, links: boolean): Promise<void> {
    await closeSessionsOf(mongo, { org, userId: _id })
    if (links) await dropLinksOf(mongo, org, _id)
  }

  /** One change of users at a time: two admins cannot lower each other at once. */
  function locked<T>(org: string, work: () => Promise<T>): Promise<T> {
    return withLock(redis, key(org, 'lock', 'users'), work)
  }
}
