import { hash } from 'node:crypto'
import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'
import type { RedisClient } from './scripts.ts'

/** Counts tries by key over a window, for all servers together. While Redis is away it throws: nobody gets free tries. */
export interface TryLimit {
  /** Takes one try; answers 0, or for how many seconds there are none left. */
  take(key: string): Promise<number>
  /** Gives one try back. */
  giveBack(key: string): Promise<void>
}

/** `tries` of one key in `windowS` seconds; the key is stored hashed, as it may be personal. */
export function createTryLimit(
  redis: RedisClient,
  options: { name: string; tries: number; windowS: number },
): TryLimit {
  const limiter = new RateLimiterRedis({
    storeClient: redis,
    keyPrefix: `pb:tries:${options.name}`,
    points: options.tries,
    duration: options.windowS,
  })
  const hashed = (key: string) => hash('sha256', key, 'base64url').slice(0, 22)
  return {
    async take(key) {
      try {
        await limiter.consume(hashed(key))
        return 0
      } catch (refused) {
        if (refused instanceof RateLimiterRes) return Math.max(1, Math.ceil(refused.msBeforeNext / 1000))
        throw refused
      }
    },
    async giveBack(key) {
      await limiter.reward(hashed(key))
    },
  }
}

/** What counts as one address: an IPv4 address, or the /64 that one household of IPv6 has. */
export function addressKey(ip: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1]
  if (mapped) return mapped
  if (!ip.includes(':')) return ip
  const [head = '', tail] = ip.toLowerCase().split('%')[0]?.split('::') ?? []
  const left = head.split(':').filter(Boolean)
  const right = (tail ?? '').split(':').filter(Boolean)
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length)
  return [...left, ...Array<string>(zeros).fill('0'), ...right].slice(0, 4).join(':')
}
