import { z } from 'zod'
import { passwordChangeSchema, type SessionView, sessionViewSchema, signInSchema } from '#shared/contract/session.ts'
import { tellSessionsEnded } from '../data/news.ts'
import { hashPassword } from '../data/passwords.ts'
import { closeSession, closeSessionsOf, dropLinksOf, linkOf, openSession, openSessionByLink } from '../data/sessions.ts'
import type { Stores } from '../data/stores.ts'
import { readSessionView, updateUser } from '../data/users.ts'
import { notFound, Refusal } from '../http/problems.ts'
import { type Route, route } from '../http/route.ts'
import type { SessionCookie } from '../http/sessionCookie.ts'
import { createOwnPasswordCheck, createSignIn } from './signIn.ts'

/** Coming in and going out. */
export function sessionRoutes({ mongo, redis }: Stores, cookie: SessionCookie): Route[] {
  const signIn = createSignIn({ mongo, redis })
  const checkOwnPassword = createOwnPasswordCheck({ redis })
  return [
    route({
      method: 'get',
      path: '/session',
      summary: 'Who is signed in',
      permit: 'viewer',
      answer: sessionViewSchema,
      handle: ({ principal }) => viewOf(principal.org, principal.userId),
    }),
    route({
      method: 'post',
      path: '/session',
      summary: 'Sign in with an e-mail address and a password',
      permit: 'public',
      body: signInSchema,
      answer: sessionViewSchema,
      async handle({ body, request, response }) {
        const user = await signIn({ ...body, ip: request.ip ?? '' })
        const { token, maxAgeMs } = await openSession(mongo, user)
        cookie.set(response, token, maxAgeMs)
        return await viewOf(user.org, user._id)
      },
    }),
    route({
      method: 'post',
      path: '/session/link',
      summary: 'Sign in with a link that works once',
      permit: 'public',
      body: z.strictObject({ token: z.string().min(20).max(100) }),
      answer: sessionViewSchema,
      async handle({ body, response }) {
        const link = await linkOf(mongo, body.token, { forSetup: false })
        const user = link?.userId ? await mongo.users.findOne({ _id: link.userId, active: true }).lean() : null
        const session = user && (await openSessionByLink(mongo, user, body.token))
        if (!session) throw new Refusal(401, 'link.used', 'This link has been used or has expired; ask for a new one')
        cookie.set(response, session.token, session.maxAgeMs)
        return await viewOf(user.org, user._id)
      },
    }),
    route({
      method: 'put',
      path: '/session/password',
      summary: 'Change the own password; every other session of the user ends',
      permit: 'viewer',
      body: passwordChangeSchema,
      async handle({ principal: { org, userId }, body, response }) {
        const user = await mongo.users.findOne({ _id: userId, org, active: true }).lean()
        if (!user) throw notFound('user')
        await checkOwnPassword(user, body.currentPassword)
        await updateUser(mongo, { org, userId }, { passwordHash: await hashPassword(body.newPassword) })
        await Promise.all([closeSessionsOf(mongo, org, userId), dropLinksOf(mongo, org, userId)])
        const { token, maxAgeMs } = await openSession(mongo, user)
        cookie.set(response, token, maxAgeMs)
        tellSessionsEnded(redis, org, userId)
      },
    }),
    route({
      method: 'delete',
      path: '/session',
      summary: 'Sign out',
      permit: 'viewer',
      async handle({ principal: { org, userId, sessionId }, response }) {
        await closeSession(mongo, sessionId)
        cookie.clear(response)
        tellSessionsEnded(redis, org, userId)
      },
    }),
  ]

  async function viewOf(org: string, userId: string): Promise<SessionView> {
    const view = await readSessionView(mongo, org, userId)
    if (!view) throw notFound('user')
    return view
  }
}
