import { setTimeout as sleep } from 'node:timers/promises'
import { patchEveryMs } from '#shared/contract/realtime.ts'

/** Runs passes over activities, one after another for each organization. */
export interface Scorer {
  /** Resolves when a pass that began after this call has taken the activities down the line. */
  submit(org: string, keys: readonly string[]): Promise<void>
}

/** Takes activities down the line; calls `handOver` when the next pass of the organization may begin beside what is left. */
export type Pass = (org: string, keys: string[], handOver: () => void) => Promise<void>

interface Waiting {
  keys: Set<string>
  settled: Promise<void>
  /** So much is in it that it need not wait for more. */
  fill(): void
}

interface Running {
  begunMs: number
  /** The next pass may begin: this one has handed over, and the one before it is over. */
  free: Promise<unknown>
  /** It is over, for better or worse. */
  ended: Promise<void>
}

/**
 * Gathers what arrives while a pass is running into the next one: under load many small jobs become few passes, and two
 * passes of one process never write the same tallies at once. What a pass does after its boards runs beside the next one,
 * but never beside two. A pass takes at most `maxKeys`, or one submission. The first of a quiet floor begins at once, the
 * next `gapMs` later, or when it is half full: several servers gather each on its own, and a pass costs a dozen calls.
 */
export function createScorer(pass: Pass, { maxKeys = 400, gapMs = patchEveryMs / 2 } = {}): Scorer {
  const running = new Map<string, Running>()
  const waiting = new Map<string, Waiting>()

  function start(org: string): Waiting {
    const keys = new Set<string>()
    const before = running.get(org)
    const handedOver = Promise.withResolvers<void>()
    const filled = Promise.withResolvers<void>()
    const settled = (before?.free ?? Promise.resolve())
      .then(async () => {
        const waitMs = before ? before.begunMs + gapMs - performance.now() : 0
        if (waitMs > 0) await Promise.race([sleep(waitMs), filled.promise])
        own.begunMs = performance.now()
        if (waiting.get(org)?.keys === keys) waiting.delete(org)
        return pass(org, [...keys], handedOver.resolve)
      })
      .finally(handedOver.resolve)
    const ended = settled.catch(() => undefined)
    const own: Running = { begunMs: 0, ended, free: Promise.all([handedOver.promise, before?.ended]) }
    running.set(org, own)
    void ended.then(async () => {
      await sleep(Math.max(0, own.begunMs + gapMs - performance.now()))
      if (running.get(org) === own) running.delete(org)
    })
    const batch = { keys, settled, fill: filled.resolve }
    waiting.set(org, batch)
    return batch
  }

  return {
    submit(org, keys) {
      const open = waiting.get(org)
      const batch = open && open.keys.size + keys.length <= maxKeys ? open : start(org)
      for (const key of keys) batch.keys.add(key)
      if (batch.keys.size >= maxKeys / 2) batch.fill()
      return batch.settled
    },
  }
}
