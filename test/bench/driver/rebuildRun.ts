import { rebuildOrganization } from '#server/data/rebuild.ts'
import { openStores } from '#server/data/stores.ts'
import { org } from '../product/floor.ts'

export interface RebuildRun {
  env: { MONGODB_URL: string; REDIS_URL: string }
}

/** Derives everything behind the ledger anew; answers how many entries there are and how many a second that was. */
export async function rebuildRun({ env }: RebuildRun): Promise<{ entries: number; perSecond: number }> {
  const stores = await openStores(env)
  const entries = await stores.mongo.entries.collection.countDocuments({ org })
  const startMs = performance.now()
  await rebuildOrganization(stores, org, () => undefined)
  const perSecond = (entries * 1000) / (performance.now() - startMs)
  await stores.close()
  return { entries, perSecond }
}
