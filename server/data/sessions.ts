import type { Mongo } from './mongo.ts'
import { newToken, tokenHash } from './tokens.ts'

const sessionMs = 30 * 86_400_000
const wallSessionMs = 366 * 86_400_000

/** A session with the user that it belongs to. */
export interface OpenSession {
  sessionId: string
  org: string
  userId: string
  name: string
  role: 'viewer' | 'rep' | 'manager' | 'admin'
  personId: string | null
  teamId: string | null
}

/** Opens a session; answers the token for the cookie and how long it lasts. A viewer's lasts a year: walls do not sign in. */
export async function openSession(
  mongo: Mongo,
  user: { _id: string; org: string; role: string },
): Promise<{ token: string; maxAgeMs: number }> {
  const token = newToken()
  const maxAgeMs = user.role === 'viewer' ? wallSessionMs : sessionMs
  const now = Date.now()
  await mongo.sessions.create({
    _id: tokenHash(token),
    org: user.org,
    userId: user._id,
    createdAt: new Date(now),
    expiresAt: new Date(now + maxAgeMs),
  })
  return { token, maxAgeMs }
}

/** The open session of a token, or `null` when there is none, it has expired, or its user may not come in any more. */
export async function sessionOfToken(mongo: Mongo, token: string): Promise<OpenSession | null> {
  const session = await mongo.sessions.findOne({ _id: tokenHash(token) }).lean()
  if (!session || session.expiresAt.getTime() <= Date.now()) return null
  const user = await mongo.users.findOne({ _id: session.userId, org: session.org, active: true }).lean()
  if (!user) return null
  const { org, name, role, personId, teamId } = user
  return { sessionId: session._id, org, userId: user._id, name, role, personId, teamId }
}

/** Ends a session. */
export async function closeSession(mongo: Mongo, sessionId: string): Promise<void> {
  await mongo.sessions.deleteOne({ _id: sessionId })
}

/** Makes a link that works once; `userId` null is for creating the first organization. Answers the token. */
export async function createLink(
  mongo: Mongo,
  { org, userId, ttlMs }: { org: string | null; userId: string | null; ttlMs: number },
): Promise<string> {
  const token = newToken()
  await mongo.links.create({ _id: tokenHash(token), org, userId, expiresAt: new Date(Date.now() + ttlMs) })
  return token
}

/** Uses a link up; answers whom it was for, or `null` when it was used, has expired or never was. */
export async function useLink(
  mongo: Mongo,
  token: string,
): Promise<{ org: string | null; userId: string | null } | null> {
  const link = await mongo.links.findOneAndDelete({ _id: tokenHash(token) }).lean()
  return link && link.expiresAt.getTime() > Date.now() ? { org: link.org, userId: link.userId } : null
}
