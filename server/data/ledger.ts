import type { Entry } from '#shared/entry.ts'
import type { EntryDoc } from './documents.ts'
import { insertNew } from './insertNew.ts'
import type { Mongo } from './mongo.ts'

/** All entries of the activities, by activity. */
export async function entriesOfActivities(mongo: Mongo, keys: string[]): Promise<Map<string, Entry[]>> {
  if (keys.length === 0) return new Map()
  const cursor = mongo.entries.collection.find({ activityKey: { $in: keys } }, { maxTimeMS: 10_000, batchSize: 5000 })
  const byKey = new Map<string, Entry[]>()
  for (const doc of (await cursor.toArray()) as unknown as EntryDoc[]) {
    const list = byKey.get(doc.activityKey)
    if (list) list.push(entryOf(doc))
    else byKey.set(doc.activityKey, [entryOf(doc)])
  }
  return byKey
}

/** All entries of a member (a person, or a team's people while in it) on local days [fromDay, toDay). */
export async function entriesOfMember(
  mongo: Mongo,
  {
    org,
    of,
    memberId,
    fromDay,
    toDay,
  }: { org: string; of: 'people' | 'teams'; memberId: string; fromDay: string; toDay: string },
): Promise<Entry[]> {
  const member = of === 'people' ? { personId: memberId } : { teamId: memberId }
  const cursor = mongo.entries.collection.find(
    { org, ...member, day: { $gte: fromDay, $lt: toDay } },
    { maxTimeMS: 30_000, batchSize: 5000 },
  )
  return ((await cursor.toArray()) as unknown as EntryDoc[]).map(entryOf)
}

/** Appends entries; answers the ids of those whose place was taken already. */
export async function appendEntries(mongo: Mongo, org: string, entries: readonly Entry[]): Promise<Set<string>> {
  if (entries.length === 0) return new Set()
  const docs = entries.map((entry) => entryDoc(org, entry))
  const refused = await insertNew(() => mongo.entries.collection.insertMany(docs as never[], { ordered: false }))
  return new Set(refused.flatMap((index) => docs[index]?._id ?? []))
}

function entryDoc(org: string, { id, occurredAtMs, recordedAtMs, lines, ...rest }: Entry): EntryDoc {
  return {
    _id: id,
    org,
    ...rest,
    occurredAt: new Date(occurredAtMs),
    recordedAt: new Date(recordedAtMs),
    lines: [...lines],
  }
}

/** The entry that a stored document holds. */
export function entryOf({ _id, org: _org, occurredAt, recordedAt, ...rest }: EntryDoc): Entry {
  return { ...rest, id: _id, occurredAtMs: occurredAt.getTime(), recordedAtMs: recordedAt.getTime() }
}
