import type { TallyPageDoc } from './documents.ts'
import type { Mongo } from './mongo.ts'

/** When the newest known activity of each person in some months happened, from the tallies. */
export async function lastKnown(
  mongo: Mongo,
  {
    org,
    personIds,
    fromMonth,
    toMonth,
  }: { org: string; personIds: ReadonlySet<string>; fromMonth: string; toMonth: string },
): Promise<Map<string, number>> {
  const few = personIds.size <= 2000 ? { memberId: { $in: [...personIds] } } : {}
  const cursor = mongo.tallies.collection.find(
    { org, ...few, of: 'people', month: { $gte: fromMonth, $lte: toMonth } },
    { projection: { memberId: 1, metrics: 1 }, batchSize: 2000, maxTimeMS: 20_000 },
  )
  const last = new Map<string, number>()
  for await (const { memberId, metrics } of cursor as unknown as AsyncIterable<TallyPageDoc>) {
    if (!personIds.has(memberId)) continue
    for (const { t } of Object.values(metrics).flatMap((days) => Object.values(days)))
      if (t !== null) last.set(memberId, Math.max(t, last.get(memberId) ?? t))
  }
  return last
}
