import type { Mongo } from '../data/mongo.ts'
import { writeFreshness } from '../data/sourceFreshness.ts'
import type { Logger } from '../log.ts'

const everyMs = 1000

/** Remembers when each source last sent something; written down at once after a rest, else once a second. */
export function createFreshness(
  mongo: Mongo,
  log: Logger,
): { note(org: string, sourceId: string, atMs: number): void; close(): Promise<void> } {
  const newest = new Map<string, { org: string; atMs: number }>()
  const lately = new Set<string>()
  const write = async () => {
    if (newest.size === 0) return
    const sent = [...newest].map(([sourceId, one]) => ({ sourceId, ...one }))
    newest.clear()
    await writeFreshness(mongo, sent).catch((error: Error) => {
      log.warn({ error: error.message }, 'freshness could not be written; it is tried again')
      for (const { sourceId, ...one } of sent) if (!newest.has(sourceId)) newest.set(sourceId, one)
    })
  }
  const timer = setInterval(() => {
    lately.clear()
    void write()
  }, everyMs)
  return {
    note(org, sourceId, atMs) {
      newest.set(sourceId, { org, atMs })
      if (lately.has(sourceId)) return
      // On a quiet floor no further change would bring it to the boards.
      lately.add(sourceId)
      void write()
    },
    async close() {
      clearInterval(timer)
      await write()
    },
  }
}
