import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { key } from '#server/data/redis.ts'
import type { Stores } from '#server/data/stores.ts'

const holdMs = 2000
const waitMs = 300
const retryMs = 3
const release = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end"

/** A turn that was asked for. */
export interface Turn {
  /** Resolves when it is this process's turn, or it has waited long enough. */
  taken: Promise<void>
  end(): void
}

/**
 * Asks for the turn on an organization, so that worker processes do not make each other fold tallies anew. It is a
 * courtesy and guards nothing: whoever has waited long enough goes ahead.
 */
export function takeTurn(redis: Stores['redis'], org: string): Turn {
  const name = key(org, 'turn')
  const token = randomUUID()
  const untilMs = performance.now() + waitMs
  let ended = false
  const take = async () => {
    while (!ended && (await redis.set(name, token, 'PX', holdMs, 'NX')) !== 'OK' && performance.now() < untilMs)
      await sleep(retryMs)
  }
  const taken = take()
  taken.catch(() => undefined)
  return {
    taken,
    end() {
      if (ended) return
      ended = true
      void taken.then(() => redis.eval(release, 1, name, token)).catch(() => undefined)
    },
  }
}
