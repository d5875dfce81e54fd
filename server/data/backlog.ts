import { setTimeout as sleep } from 'node:timers/promises'
import { countPending } from './activities.ts'
import type { Mongo } from './mongo.ts'
import { keysPerJob, type Queues } from './queues.ts'

const everyMs = 250
/** What was read so long ago, and not asked for since, says nothing about now. */
const staleMs = 1000
const pollMs = 50
const waitMs = 10_000

/** So many activities a small machine scores in some seconds. With more waiting, who sends more is told to come back. */
export const mostBacklog = 15_000
/** Whoever can wait, waits while so many do, so that what happens now is on the boards at once. */
export const politeBacklog = 2000

/** Activities that are stored and wait to be scored, counted up to `mostBacklog`; none while there are no workers to wait for. */
export interface Backlog {
  /** Whether so many wait, by what was read last; asking never waits, and has it read anew. */
  reaches(count: number): boolean
  /** Resolves when fewer than `politeBacklog` wait, or after ten seconds. */
  polite(): Promise<void>
}

/**
 * Reads at most four times a second, and asks the database only where the queue is long. Redis or database away: none wait.
 * While a read is slow, what was read before it holds: the busier the database is, the longer it counts.
 */
export function createBacklog(mongo: Mongo, queues: Pick<Queues, 'waitingToScore' | 'workers'>): Backlog {
  let known = 0
  let readAtMs = Number.NEGATIVE_INFINITY
  let reading: Promise<void> | null = null

  async function read(): Promise<number> {
    if ((await queues.waitingToScore()) * keysPerJob < politeBacklog || (await queues.workers()) === 0) return 0
    return await countPending(mongo, mostBacklog)
  }

  async function refresh(): Promise<void> {
    known = await read().catch(() => 0)
    readAtMs = performance.now()
    reading = null
  }

  /** Reads anew when that is due; resolves at once when it is not. */
  async function bringUpToDate(): Promise<void> {
    if (performance.now() - readAtMs >= everyMs) reading ??= refresh()
    await reading
  }

  return {
    reaches(count) {
      if (performance.now() - readAtMs >= staleMs && !reading) known = 0
      void bringUpToDate()
      return known >= count
    },
    async polite() {
      for (const untilMs = performance.now() + waitMs; performance.now() < untilMs; await sleep(pollMs)) {
        // Who asks seldom, since each step is slow, would never hear of what was read since.
        await bringUpToDate()
        if (known < politeBacklog) return
      }
    },
  }
}
