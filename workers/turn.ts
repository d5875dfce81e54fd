import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { key } from '#server/data/redis.ts'
import type { Stores } from '#server/data/stores.ts'

const holdMs = 2000
const waitMs = 300
const retryMs = 3
const release = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end"

/**
 * Runs a pass when no other worker process is in one of the same organization, so that they do not make each other fold
 * tallies anew; a pass may end its turn before its end. It is a courtesy and guards nothing: whoever has waited long enough goes ahead.
 */
export async function inTurn(
  redis: Stores['redis'],
  org: string,
  pass: (endTurn: () => void) => Promise<void>,
): Promise<void> {
  const name = key(org, 'turn')
  const token = randomUUID()
  const untilMs = performance.now() + waitMs
  while ((await redis.set(name, token, 'PX', holdMs, 'NX')) !== 'OK' && performance.now() < untilMs)
    await sleep(retryMs)
  const endTurn = () => void redis.eval(release, 1, name, token).catch(() => undefined)
  try {
    await pass(endTurn)
  } finally {
    endTurn()
  }
}
