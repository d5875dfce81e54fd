import { setTimeout as sleep } from 'node:timers/promises'
import { markScored } from '#server/data/activities.ts'
import type { Mongo } from '#server/data/mongo.ts'

/** Takes note that activities went down the line; `unmatchedIds` are those of `ids` whose person is not known. */
export type Mark = (ids: readonly string[], unmatchedIds: readonly string[]) => Promise<void>

const mostWaiting = 5000

/**
 * Marks the activities of many passes in one write every `everyMs`: the mark only keeps the sweep from taking them up again,
 * so it may come late, and one that is lost costs a pass that finds everything done.
 */
export function createMarks(
  mongo: Mongo,
  onError: (error: Error) => void,
  everyMs = 250,
): { mark: Mark; stop(): Promise<void> } {
  let waiting = new Map<string, boolean>()
  let writing: Promise<void> | undefined
  const stopping = new AbortController()

  const write = async () => {
    await sleep(everyMs, undefined, { signal: stopping.signal }).catch(() => undefined)
    const batch = waiting
    waiting = new Map()
    const unmatched = [...batch].flatMap(([id, isUnmatched]) => (isUnmatched ? [id] : []))
    await markScored(mongo, [...batch.keys()], unmatched).catch(onError)
    writing = waiting.size > 0 ? write() : undefined
  }

  return {
    async mark(ids, unmatchedIds) {
      for (const id of ids) waiting.set(id, false)
      for (const id of unmatchedIds) waiting.set(id, true)
      writing ??= write()
      if (waiting.size > mostWaiting) await writing
    },
    async stop() {
      stopping.abort()
      while (writing) await writing
    },
  }
}
