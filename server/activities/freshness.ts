import type { Mongo } from '../data/mongo.ts'
import type { Logger } from '../log.ts'

const everyMs = 1000

/** Remembers when each source last sent something; written down once a second at most. */
export function createFreshness(
  mongo: Mongo,
  log: Logger,
): { note(org: string, sourceId: string, atMs: number): void; close(): Promise<void> } {
  const newest = new Map<string, { org: string; atMs: number }>()
  const write = async () => {
    if (newest.size === 0) return
    const updates = [...newest].map(([sourceId, { org, atMs }]) => ({
      updateOne: { filter: { _id: sourceId, org }, update: { $max: { lastActivityAt: new Date(atMs) } } },
    }))
    newest.clear()
    await mongo.sources.bulkWrite(updates, { ordered: false })
  }
  const timer = setInterval(() => {
    write().catch((error: Error) => log.warn({ error: error.message }, 'freshness could not be written'))
  }, everyMs)
  return {
    note(org, sourceId, atMs) {
      newest.set(sourceId, { org, atMs })
    },
    async close() {
      clearInterval(timer)
      await write().catch(() => undefined)
    },
  }
}
