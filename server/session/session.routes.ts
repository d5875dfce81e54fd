import { z } from 'zod'
import { passwordChangeSchema, type SessionView, sessionViewSchema, signInSchema } from '#shared/contract/session.ts'
import { tellEndedSessions } from '../data/news.ts'
import { hashPassword } from '../data/passwords.ts'
import { closeSession, closeSessionsOf, dropLinksOf, findLink, openSession, useLink } from '../data/sessions.ts'
import type { Stores } from '../data/stores.ts'
import { readSessionView, updateUser } from '../data/users.ts'
import { linkUsed, notFound } from '../http/problems.ts'
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
        const view = await viewOf(user.org, user._id)
        const { token, maxAgeMs } = await openSession(mongo, user)
        cookie.set(response, token, maxAgeMs)
        return view
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
        const link = await findLink(mongo, body.token, { forSetup: false })
        const user = link?.userId ? await mongo.users.findOne({ _id: link.userId, active: true }).lean() : null
        if (!user) throw linkUsed()
        const view = await viewOf(user.org, user._id)
        // A link that is used up before its session is open would let nobody in.
        const { sessionId, token, maxAgeMs } = await openSession(mongo, user)
        if (!(await useLink(mongo, body.token))) {
          await closeSession(mongo, sessionId)
          throw linkUsed()
        }
        cookie.set(response, token, maxAgeMs)
        return view
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
        // Who asks once more, since the answer was lost on the way, has the new one already.
        await checkOwnPassword(user, [body.currentPassword, body.newPassword])
        await updateUser(mongo, { org, userId }, { passwordHash: await hashPassword(body.newPassword) })
        const { sessionId, token, maxAgeMs } = await openSession(mongo, user)
        cookie.set(response, token, maxAgeMs)
        await Promise.all([closeSessionsOf(mongo, { org, userId }, sessionId), dropLinksOf(mongo, org, userId)])
        await tellEndedSessions(redis, org, userId)
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
        await tellEndedSessions(redis, org, userId)
      },
    }),
  ]

  async function viewOf(org: string, userId: string): Promise<SessionView> {
    const view = await readSessionView(mongo, org, userId)
    if (!view) throw notFound('user')
    return view
  }
}
