import type { RequestHandler } from 'express'
import type { Mongo } from '../data/mongo.ts'
import { sessionOfToken } from '../data/sessions.ts'
import { tokenHash } from '../data/tokens.ts'
import type { Principal, SourcePrincipal } from './principal.ts'
import { Refusal } from './problems.ts'

export const sessionCookie = 'pitboard_session'
const keyCacheMs = 2000
const keyCacheSize = 1000

/** Finds out who asks, from the session cookie or an `Authorization: Bearer` key, into `response.locals.principal`. */
export function authenticate(mongo: Mongo): RequestHandler {
  const sourceOfKey = cachedKeys(mongo)
  return async (request, response, next) => {
    const bearer = /^Bearer ([A-Za-z0-9_-]{20,200})$/.exec(request.headers.authorization ?? '')?.[1]
    if (request.headers.authorization !== undefined) {
      response.locals.principal = bearer ? await sourceOfKey(bearer) : null
      if (!response.locals.principal)
        throw new Refusal(401, 'key.unknown', 'The API key is not known or has been revoked')
    } else {
      const token = readCookie(request.headers.cookie, sessionCookie)
      response.locals.principal = token ? await userOfToken(mongo, token) : null
      if (response.locals.principal && !isSafe(request.method))
        checkSameSite(request.headers, request.get('host') ?? '')
    }
    next()
  }
}

/** The principal of a session token, or `null`. */
export async function userOfToken(mongo: Mongo, token: string): Promise<Principal | null> {
  const session = await sessionOfToken(mongo, token)
  return session ? { type: 'user', ...session } : null
}

/** The value of a cookie, or `null`. */
export function readCookie(header: string | undefined, name: string): string | null {
  for (const part of (header ?? '').split(';')) {
    const [key, value] = part.trim().split('=')
    if (key === name && value) return value
  }
  return null
}

/** A page of another site must not act in a user's name: browsers say where a request comes from. */
export function checkSameSite(
  headers: { origin?: string | undefined; 'sec-fetch-site'?: string | string[] | undefined },
  host: string,
): void {
  const site = headers['sec-fetch-site']
  const sameSite = site === undefined || site === 'same-origin' || site === 'none'
  const sameOrigin = headers.origin === undefined || URL.parse(headers.origin)?.host === host
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
    if (cached && cached.until > Date.now()) return cached.principal
    cache.delete(hash)
    const found = await mongo.apiKeys.findOne({ _id: hash, revokedAt: null }).lean()
    if (!found) return null
    const principal: SourcePrincipal = {
      type: 'source',
      org: found.org,
      sourceId: found.sourceId,
      scopes: found.scopes,
    }
    if (cache.size >= keyCacheSize) cache.clear()
    cache.set(hash, { until: Date.now() + keyCacheMs, principal })
    return principal
  }
}
