import type { IncomingMessage } from 'node:http'
import { addressKey } from '../data/limits.ts'

/** Connections that one server process holds for one address: an office, or several, behind one router. */
export const mostPerAddress = 5000
/** For one user, who may be signed in on every wall of a company. */
export const mostPerUser = 2500

/** Counts places by who takes them. */
export interface Places {
  /** Takes one of `most`; answers how to leave it, or `null` when all are taken. */
  take(who: string, most: number): (() => void) | null
}

/** Places of this process; nobody is remembered who holds none. */
export function createPlaces(): Places {
  const taken = new Map<string, number>()
  return {
    take(who, most) {
      const before = taken.get(who) ?? 0
      if (before >= most) return null
      taken.set(who, before + 1)
      let isLeft = false
      return () => {
        if (isLeft) return
        isLeft = true
        const now = (taken.get(who) ?? 1) - 1
        if (now > 0) taken.set(who, now)
        else taken.delete(who)
      }
    },
  }
}

/** Where a connection comes from: what the farthest of so many trusted proxies has seen. */
export function addressOf({ headers, socket }: IncomingMessage, trustedProxies: number): string {
  const named = [headers['x-forwarded-for'] ?? []].flat().join(',').split(',')
  const seen = [
    socket.remoteAddress ?? '',
    ...named
      .map((one) => one.trim())
      .filter(Boolean)
      .reverse(),
  ]
  return addressKey(seen[Math.min(trustedProxies, seen.length - 1)] ?? '')
}
