import { setTimeout as sleep } from 'node:timers/promises'
import type { RedisClient } from './scripts.ts'
import { newToken } from './tokens.ts'

const holdMs = 15_000
const retryMs = 25
const release = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"

/** Somebody else held a lock for too long. */
export class LockTimeout extends Error {
  override readonly name = 'LockTimeout'
}

/**
 * Runs `work` while nobody else runs any under this name, for check-then-write of what people define. Waits at most
 * `waitMs`. A process that dies holding it delays the others by 15 s.
 */
export async function withLock<T>(redis: RedisClient, name: string, work: () => Promise<T>, waitMs = 5000): Promise<T> {
  const token = newToken()
  const startedMs = performance.now()
  while ((await redis.set(name, token, 'PX', holdMs, 'NX')) !== 'OK') {
    if (performance.now() - startedMs > waitMs) throw new LockTimeout(`${name} is held by somebody else`)
    await sleep(retryMs)
  }
  try {
    return await work()
  } finally {
    await redis.eval(release, 1, name, token).catch(() => undefined)
  }
}
