import type { Role } from '#shared/contract/session.ts'
import type { SessionDoc } from './identityCollections.ts'
import type { Mongo } from './mongo.ts'
import { newToken, tokenHash } from './tokens.ts'

const dayMs = 86_400_000
/** A session ends when it was not used for so long. */
const idleMs = 30 * dayMs
/** And so long after signing in, however much it is used. */
const longestMs = 180 * dayMs
/** A viewer's: walls are not signed in again. */
const wallMs = 366 * dayMs
/** A session in use is prolonged once a day. */
const renewEveryMs = dayMs

/** A session with the user that it belongs to. */
export interface OpenSession {
  sessionId: string
  org: string
  userId: string
  name: string
  role: Role
  personId: string | null
  teamId: string | null
  /** Set when this use has prolonged it: for how long the cookie shall last. */
  renewedMs: number | null
}

/** Opens a session; answers its id, the token for the cookie and how long it lasts. */
export async function openSession(
  mongo: Mongo,
  user: { _id: string; org: string; role: string },
): Promise<{ sessionId: string; token: string; maxAgeMs: number }> {
  const token = newToken()
  const sessionId = tokenHash(token)
  const maxAgeMs = user.role === 'viewer' ? wallMs : idleMs
  const now = Date.now()
  await mongo.sessions.create({
    _id: sessionId,
    org: user.org,
    userId: user._id,
    createdAt: new Date(now),
    expiresAt: new Date(now + maxAgeMs),
  })
  return { sessionId, token, maxAgeMs }
}

/** The open session of a token, or `null` when there is none, it has expired, or its user may not come in any more. */
export async function sessionOfToken(mongo: Mongo, token: string): Promise<OpenSession | null> {
  const session = await mongo.sessions.findOne({ _id: tokenHash(token) }).lean()
  if (!session || session.expiresAt.getTime() <= Date.now()) return null
  const user = await mongo.users.findOne({ _id: session.userId, org: session.org, active: true }).lean()
  if (!user) return null
  const { org, name, role, personId, teamId } = user
  // What cannot be prolonged now will be at the next use.
  const renewedMs = await renew(mongo, session, role).catch(() => null)
  return { sessionId: session._id, org, userId: user._id, name, role, personId, teamId, renewedMs }
}

async function renew(mongo: Mongo, session: SessionDoc, role: Role): Promise<number | null> {
  const nowMs = Date.now()
  const endMs = role === 'viewer' ? Infinity : session.createdAt.getTime() + longestMs
  const untilMs = Math.min(nowMs + (role === 'viewer' ? wallMs : idleMs), endMs)
  if (untilMs - session.expiresAt.getTime() < renewEveryMs) return null
  await mongo.sessions.updateOne({ _id: session._id }, { $set: { expiresAt: new Date(untilMs) } })
  return untilMs - nowMs
}

/** Ends a session. */
export async function closeSession(mongo: Mongo, sessionId: string): Promise<void> {
  await mongo.sessions.deleteOne({ _id: sessionId })
}

/** Ends every session of a user, but for one. */
export async function closeSessionsOf(
  mongo: Mongo,
  { org, userId }: { org: string; userId: string },
  butId: string | null = null,
): Promise<void> {
  await mongo.sessions.deleteMany({ org, userId, ...(butId !== null && { _id: { $ne: butId } }) })
}

/** Makes a link that works once; `userId` null is for creating an organization. Answers the token. */
export async function createLink(
  mongo: Mongo,
  {
    org,
    userId,
    ttlMs,
    token = newToken(),
  }: { org: string | null; userId: string | null; ttlMs: number; token?: string },
): Promise<string> {
  await mongo.links.create({ _id: tokenHash(token), org, userId, expiresAt: new Date(Date.now() + ttlMs) })
  return token
}

/** Whom a link is for, or `null` when it was used, has expired or never was. Looking does not use it up. */
export async function findLink(
  mongo: Mongo,
  token: string,
  { forSetup }: { forSetup: boolean },
): Promise<{ org: string | null; userId: string | null } | null> {
  const link = await mongo.links.findOne({ _id: tokenHash(token), userId: forSetup ? null : { $ne: null } }).lean()
  return link && link.expiresAt.getTime() > Date.now() ? { org: link.org, userId: link.userId } : null
}

/** Uses a link up; answers whether nobody had. */
export async function useLink(mongo: Mongo, token: string): Promise<boolean> {
  return (await mongo.links.deleteOne({ _id: tokenHash(token) })).deletedCount > 0
}

/** Ends the links of a user that were not used yet. */
export async function dropLinksOf(mongo: Mongo, org: string, userId: string): Promise<void> {
  await mongo.links.deleteMany({ org, userId })
}
