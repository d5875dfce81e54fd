import type { Response } from 'express'
import { z } from 'zod'
import { sessionViewSchema } from '#shared/contract/session.ts'
import type { Config } from '../config.ts'
import { definitionsOf } from '../data/definitions.ts'
import type { Mongo } from '../data/mongo.ts'
import { closeSession, openSession, useLink } from '../data/sessions.ts'
import { sessionCookie } from '../http/authenticate.ts'
import type { UserPrincipal } from '../http/principal.ts'
import { notFound, Refusal } from '../http/problems.ts'
import { type Route, route } from '../http/route.ts'

/** Coming in and going out. */
export function sessionRoutes(mongo: Mongo, config: Config): Route[] {
  const secure = config.PUBLIC_URL?.startsWith('https:') ?? false
  const setCookie = (response: Response, token: string, maxAgeMs: number) =>
    response.cookie(sessionCookie, token, { httpOnly: true, sameSite: 'lax', secure, path: '/', maxAge: maxAgeMs })
  return [
    route({
      method: 'get',
      path: '/session',
      summary: 'Who is signed in',
      permit: 'viewer',
      answer: sessionViewSchema,
      handle: ({ principal }) => sessionView(mongo, principal),
    }),
    route({
      method: 'post',
      path: '/session/link',
      summary: 'Sign in with a link that works once',
      permit: 'public',
      body: z.strictObject({ token: z.string().min(20).max(100) }),
      answer: sessionViewSchema,
      async handle({ body, response }) {
        const link = await useLink(mongo, body.token)
        const user = link?.userId ? await mongo.users.findOne({ _id: link.userId, active: true }).lean() : null
        if (!user) throw new Refusal(401, 'link.used', 'This link has been used or has expired; ask for a new one')
        const { token, maxAgeMs } = await openSession(mongo, user)
        setCookie(response, token, maxAgeMs)
        return await sessionView(mongo, { ...user, userId: user._id })
      },
    }),
    route({
      method: 'delete',
      path: '/session',
      summary: 'Sign out',
      permit: 'viewer',
      async handle({ principal, response }) {
        await closeSession(mongo, principal.sessionId)
        response.clearCookie(sessionCookie, { path: '/' })
      },
    }),
  ]
}

async function sessionView(mongo: Mongo, { org, userId }: Pick<UserPrincipal, 'org' | 'userId'>): Promise<unknown> {
  const [definitions, user] = await Promise.all([
    definitionsOf(mongo, org),
    mongo.users.findOne({ _id: userId, org }).lean(),
  ])
  if (!definitions || !user) throw notFound('user')
  const { name, email, role, personId, teamId } = user
  return { user: { id: userId, name, email, role, personId, teamId }, organization: definitions.organization }
}
