import { rebuildBoards } from '#server/data/rebuild.ts'
import type { Stores } from '#server/data/stores.ts'

const keysPerPass = 400

/**
 * Takes every activity of an organization down the line again, after what they are worth has changed; then builds the
 * boards. Newest first, since those are on the screens. `stopped` ends it between passes; the retried job goes through all again.
 */
export async function rederive(
  stores: Stores,
  org: string,
  {
    submit,
    onProgress,
    stopped,
  }: {
    submit(org: string, keys: string[]): Promise<void>
    onProgress(done: number): Promise<void>
    stopped(): boolean
  },
): Promise<void> {
  const { organizations } = stores.mongo
  const asked = await organizations.findOne({ _id: org }, { rederiveSince: 1 }).lean()
  const cursor = stores.mongo.activities.collection
    .find({ org }, { projection: { key: 1 }, batchSize: 5000 })
    .sort({ org: 1, occurredAt: -1 })
  let keys = new Set<string>()
  let done = 0
  const flush = async () => {
    if (stopped()) throw new Error('Stopped; the job goes on with the next worker')
    await submit(org, [...keys])
    done += keys.size
    keys = new Set()
    await onProgress(done)
  }
  for await (const doc of cursor) {
    keys.add(String(doc.key))
    if (keys.size >= keysPerPass) await flush()
  }
  if (keys.size > 0) await flush()
  await rebuildBoards(stores, org, () => undefined)
  // What was asked for meanwhile has another mark, and a run of its own.
  if (asked?.rederiveSince)
    await organizations.updateOne({ _id: org, rederiveSince: asked.rederiveSince }, { $unset: { rederiveSince: '' } })
}
