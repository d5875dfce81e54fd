import { Cluster, Redis } from 'ioredis'
import { type Login, parseRedisUrl, type RedisPlace } from './redisUrl.ts'
import { defineScripts, type RedisClient } from './scripts.ts'

/** What a connection is for, which decides what it does while Redis is away. */
export type RedisRole = 'commands' | 'worker' | 'subscriber'

const connectMs = 5000
/** A connection that owes an answer for so long is given up. A worker's may be asked to hold one back for ten seconds. */
const silentMs = { commands: 10_000, worker: 15_000, subscriber: 10_000 }
/** How often a command is sent elsewhere while a cluster sorts itself out: some 100 ms each. */
const redirections = { commands: 8, worker: 600, subscriber: 600 }

/**
 * Connects to the Redis of `REDIS_URL`: one node, what sentinels watch, or a cluster. `commands` fail within a second while
 * Redis is away, and after 10 s of silence, so that a request answers 503 instead of hanging; `worker` connections wait for
 * it; a `subscriber` subscribes again by itself, see `onResubscribed`. Connects when asked to, or at the first command.
 */
export function connectRedis(url: string, role: RedisRole): RedisClient {
  const redis = open(parseRedisUrl(url), role)
  redis.on('error', () => undefined)
  if (role === 'commands') defineScripts(redis)
  return redis
}

function open(place: RedisPlace, role: RedisRole): RedisClient {
  switch (place.is) {
    case 'node':
      return new Redis(place.url, optionsOf(role))
    case 'sentinel':
      return new Redis({
        ...optionsOf(role),
        ...signIn(place.login),
        sentinels: place.sentinels,
        name: place.master,
        db: place.db,
        ...(place.sentinelLogin.username && { sentinelUsername: place.sentinelLogin.username }),
        ...(place.sentinelLogin.password && { sentinelPassword: place.sentinelLogin.password }),
        ...(place.tls && { tls: {}, sentinelTLS: {}, enableTLSForSentinelMode: true }),
        sentinelCommandTimeout: connectMs,
        sentinelRetryStrategy: retryMs,
      })
    case 'cluster':
      return new Cluster(place.nodes, {
        redisOptions: { ...nodeOptions(role), ...signIn(place.login), ...(place.tls && { tls: {} }) },
        enableOfflineQueue: role !== 'commands',
        lazyConnect: true,
        clusterRetryStrategy: retryMs,
        slotsRefreshTimeout: connectMs,
        maxRedirections: redirections[role],
        // Names stay names, since a certificate is checked against them.
        dnsLookup: (host, found) => found(null, host),
      })
  }
}

function optionsOf(role: RedisRole) {
  return {
    ...nodeOptions(role),
    enableOfflineQueue: role !== 'commands',
    retryStrategy: retryMs,
    lazyConnect: true,
    // It is no master any more, or has lost its replicas to another one: connect anew; what only waits is sent again.
    reconnectOnError: (error: Error) => /READONLY|NOREPLICAS/.test(error.message) && (role === 'commands' ? 1 : 2),
  }
}

function nodeOptions(role: RedisRole) {
  return {
    connectTimeout: connectMs,
    socketTimeout: silentMs[role],
    keepAlive: 10_000,
    ...(role === 'commands'
      ? { maxRetriesPerRequest: 1, commandTimeout: silentMs.commands }
      : { maxRetriesPerRequest: null }),
  }
}

function signIn({ username, password }: Login): Login {
  return { ...(username && { username }), ...(password && { password }) }
}

function retryMs(attempt: number): number {
  return Math.min(50 * attempt, 2000)
}

/** Keys of one organization share a slot, so that scripts work on a cluster. */
export function key(org: string, ...parts: string[]): string {
  return `pb:{${org}}:${parts.join(':')}`
}
