import type { RequestHandler } from 'express'
import type { Mongo } from '../data/mongo.ts'
import { type OpenSession, sessionOfToken } from '../data/sessions.ts'
import { tokenHash } from '../data/tokens.ts'
import { within } from '../data/within.ts'
import type { SourcePrincipal, UserPrincipal } from './principal.ts'
import { Refusal } from './problems.ts'
import type { SessionCookie } from './sessionCookie.ts'

const lookUpMs = 10_000
const keyCacheMs = 2000
const keyCacheSize = 1000

/** Finds out who asks, from the session cookie or an `Authorization: Bearer` key, into `response.locals.principal`. */
export function authenticate(mongo: Mongo, cookie: SessionCookie, publicHost: string | null): RequestHandler {
  const sourceOfKey = cachedKeys(mongo)
  return async (request, response, next) => {
    const bearer = /^Bearer +([A-Za-z0-9_-]{20,200})$/i.exec(request.headers.authorization ?? '')?.[1]
    if (request.headers.authorization !== undefined) {
      response.locals.principal = bearer ? await within(lookUpMs, sourceOfKey(bearer)) : null
      if (!response.locals.principal)
        throw new Refusal(401, 'key.unknown', 'The API key is not known or has been revoked')
    } else {
      if (!isSafe(request.method)) checkSameSite(request.headers, [request.get('host') ?? '', publicHost])
      const token = cookie.read(request.headers.cookie)
      const session = token ? await within(lookUpMs, sessionOfToken(mongo, token)) : null
      if (token && session?.renewedMs) cookie.set(response, token, session.renewedMs)
      response.locals.principal = session && userOf(session)
    }
    next()
  }
}

/** The principal of a session token, or `null`. */
export async function userOfToken(mongo: Mongo, token: string): Promise<UserPrincipal | null> {
  const session = await sessionOfToken(mongo, token)
  return session && userOf(session)
}

function userOf({ renewedMs: _r, ...session }: OpenSession): UserPrincipal {
  return { type: 'user', ...session }
}

/** A page of another site must not act in a user's name: browsers say where a request comes from. */
export function checkSameSite(
  headers: { origin?: string | undefined; 'sec-fetch-site'?: string | string[] | undefined },
  hosts: readonly (string | null)[],
): void {
  const site = headers['sec-fetch-site']
  const sameSite = site === undefined || site === 'same-origin' || site === 'none'
  const page = headers.origin === undefined ? undefined : (URL.parse(headers.origin)?.host ?? '')
  const sameOrigin = page === undefined || (page !== '' && hosts.includes(page))
  if (!sameSite || !sameOrigin) throw new Refusal(403, 'origin.foreign', 'The request came from a page of another site')
}

function isSafe(method: string): boolean {
  return method === 'GET' || method === 'HEAD'
}

/** Keys are asked for with every single activity, so the answer is kept for two seconds: that long a revoked one may still work. */
function cachedKeys(mongo: Mongo): (key: string) => Promise<SourcePrincipal | null> {
  const cache = new Map<string, { until: number; principal: SourcePrincipal }>()
  return async (key) => {
    const hash = tokenHash(key)
    const cached = cache.get(hash)
    if (cached && cached.until > performance.now()) return cached.principal
    cache.delete(hash)
    const found = await mongo.apiKeys.findOne({ _id: hash, revokedAt: null }).lean()
    const source = found && (await mongo.sources.findOne({ _id: found.sourceId, org: found.org, active: true }).lean())
    if (!found || !source) return null
    const principal: SourcePrincipal = {
      type: 'source',
      org: found.org,
      sourceId: found.sourceId,
      scopes: found.scopes,
    }
    if (cache.size >= keyCacheSize) cache.clear()
    cache.set(hash, { until: performance.now() + keyCacheMs, principal })
    return principal
  }
}
