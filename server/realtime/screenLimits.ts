import type { IncomingMessage } from 'node:http'
import proxyAddr from 'proxy-addr'
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

/** Where a connection comes from: what the farthest of so many trusted proxies has seen, as express counts them. */
export function addressOf(request: IncomingMessage, trustedProxies: number): string {
  const seen: string | undefined = proxyAddr(request, (_address, hop) => hop < trustedProxies)
  // A connection that is closed already has none, whatever the types say.
  return addressKey(seen ?? '')
}
