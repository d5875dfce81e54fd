import type { Entry } from '#shared/entry.ts'
import { manualSourceId } from '#shared/ownEntries.ts'
import type { ActivityDoc } from './documents.ts'
import { entriesOfMember } from './ledger.ts'
import type { Mongo } from './mongo.ts'

/** The newest revision of each activity, by key. */
export async function newestOf(mongo: Mongo, keys: readonly string[]): Promise<Map<string, ActivityDoc>> {
  const newest = new Map<string, ActivityDoc>()
  if (keys.length === 0) return newest
  const cursor = mongo.activities.collection.find({ key: { $in: [...keys] } }, { maxTimeMS: 10_000, batchSize: 5000 })
  for await (const doc of cursor as unknown as AsyncIterable<ActivityDoc>) {
    const known = newest.get(doc.key)
    if (!known || known.revision < doc.revision) newest.set(doc.key, doc)
  }
  return newest
}

/** All ledger entries of a person on local days [fromDay, toDay), by activity. */
export async function entriesOfPerson(
  mongo: Mongo,
  which: { org: string; personId: string; fromDay: string; toDay: string },
): Promise<Map<string, Entry[]>> {
  const { personId, ...rest } = which
  const entries = await entriesOfMember(mongo, { ...rest, of: 'people', memberId: personId })
  return Map.groupBy(entries, (entry) => entry.activityKey)
}

/** What a person entered a moment ago and has not been scored yet. */
export async function ownPending(
  mongo: Mongo,
  { org, personId, limit }: { org: string; personId: string; limit: number },
): Promise<ActivityDoc[]> {
  const docs = await mongo.activities.collection
    .find(
      { pendingSince: { $exists: true }, org, sourceId: manualSourceId(org), 'credits.person.id': personId },
      { maxTimeMS: 5000 },
    )
    .limit(limit)
    .toArray()
  return docs as unknown as ActivityDoc[]
}
