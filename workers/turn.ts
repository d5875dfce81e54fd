import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { key } from '#server/data/redis.ts'
import type { Stores } from '#server/data/stores.ts'

/** This process, among those that take turns. */
const self = randomUUID()
const holdMs = 2000
const waitMs = 300
const retryMs = 3
/**
 * Takes the turn if it is free; answers 1 if the same process had it before, in the same history of the node (one that took
 * another's place may not know who had it), else 0, and nothing when it is not free.
 */
const take = `if not redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2], 'NX') then return nil end
local mine = ARGV[3] .. (string.match(redis.call('INFO', 'replication'), 'master_replid:(%w+)') or '')
return redis.call('SET', KEYS[2], mine, 'EX', 3600, 'GET') == mine and 1 or 0`
const release = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end"

/** A turn that was asked for. */
export interface Turn {
  /**
   * Resolves when it is this process's turn, or it has waited long enough; says whether nobody else has had the turn since
   * this process.
   */
  taken: Promise<boolean>
  end(): void
}

/**
 * Asks for the turn on an organization, so that worker processes do not make each other fold tallies anew. It is a
 * courtesy and guards nothing: whoever has waited long enough goes ahead.
 */
export function takeTurn(redis: Stores['redis'], org: string): Turn {
  const name = key(org, 'turn')
  const token = randomUUID()
  const askOnce = () =>
    redis.eval(take, 2, name, key(org, 'turn', 'last'), token, holdMs, self) as Promise<0 | 1 | null>
  const untilMs = performance.now() + waitMs
  let ended = false
  const ask = async () => {
    while (!ended && performance.now() < untilMs) {
      const isMineStill = await askOnce()
      if (isMineStill !== null) return isMineStill === 1
      await sleep(retryMs)
    }
    return false
  }
  const taken = ask()
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
