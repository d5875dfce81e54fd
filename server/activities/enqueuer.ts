import { patchEveryMs, timerMs } from '#shared/contract/realtime.ts'
import { keysPerJob, type Queues } from '../data/queues.ts'
import type { Logger } from '../log.ts'

/** Enqueues stored activities to be scored, gathered into few jobs. */
export interface Enqueuer {
  /** Never fails, and its failure is no one's refusal: the sweep finds what was stored and not enqueued. */
  enqueue(org: string, keys: readonly string[]): void
  /** Enqueues at once what is gathered. */
  close(): Promise<void>
}

interface Gathered {
  keys: Set<string>
  timer: NodeJS.Timeout
}

/**
 * Leading edge first: the first activities of a quiet floor are enqueued at once, what follows within `everyMs` together, or
 * when a job is full. Each job costs server, Redis and worker more than scoring what is in it, and screens are not sent more
 * often anyway.
 */
export function createEnqueuer(
  queues: Pick<Queues, 'score'>,
  log: Logger,
  { everyMs = patchEveryMs + timerMs } = {},
): Enqueuer {
  const gathering = new Map<string, Gathered>()

  const score = (org: string, keys: ReadonlySet<string>) =>
    queues
      .score(org, [...keys])
      .catch((error: Error) => log.warn({ error: error.message }, 'activities are stored but could not be enqueued'))

  function send(org: string, keys: ReadonlySet<string>): void {
    const fresh = { keys: new Set<string>(), timer: setTimeout(() => next(org, fresh), everyMs) }
    gathering.set(org, fresh)
    void score(org, keys)
  }

  function next(org: string, { keys }: Gathered): void {
    if (keys.size > 0) send(org, keys)
    else gathering.delete(org)
  }

  return {
    enqueue(org, keys) {
      const open = gathering.get(org)
      if (!open) return send(org, new Set(keys))
      for (const key of keys) open.keys.add(key)
      if (open.keys.size < keysPerJob) return
      clearTimeout(open.timer)
      next(org, open)
    },
    async close() {
      const left = [...gathering]
      gathering.clear()
      await Promise.all(
        left.map(async ([org, { keys, timer }]) => {
          clearTimeout(timer)
          if (keys.size > 0) await score(org, keys)
        }),
      )
    },
  }
}
