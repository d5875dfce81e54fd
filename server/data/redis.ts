import { Redis } from 'ioredis'
import { defineScripts } from './scripts.ts'

/** Options of a connection to the Redis of `REDIS_URL`: a socket path, or a url. */
export type RedisRole = 'commands' | 'worker' | 'subscriber'

/**
 * Connects to Redis. `commands` fail at once while Redis is away, and after 10 s of silence, so that a request answers 503 instead of hanging;
 * `worker` connections wait for it; a `subscriber` subscribes again by itself.
 */
export function connectRedis(url: string, role: RedisRole): Redis {
  const redis = new Redis(url, {
    maxRetriesPerRequest: role === 'commands' ? 1 : null,
    enableOfflineQueue: role !== 'commands',
    connectTimeout: 5000,
    ...(role === 'commands' ? { commandTimeout: 10_000 } : {}),
    retryStrategy: (attempt) => Math.min(50 * attempt, 2000),
    lazyConnect: true,
  })
  redis.on('error', () => undefined)
  if (role === 'commands') defineScripts(redis)
  return redis
}

/** Keys of one organization share a slot, so that scripts work on a cluster. */
export function key(org: string, ...parts: string[]): string {
  return `pb:{${org}}:${parts.join(':')}`
}
