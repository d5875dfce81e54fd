import { hash } from 'node:crypto'
import type { ActivityDoc } from './documents.ts'
import { insertNew } from './insertNew.ts'
import type { Mongo } from './mongo.ts'
import { within } from './within.ts'

const storeMs = 10_000

/** The key that all revisions of an activity share: 132 bits of a hash of who sent what. */
export function activityKey(org: string, sourceId: string, externalId: string): string {
  return hash('sha256', `${org}\0${sourceId}\0${externalId}`, 'base64url').slice(0, 22)
}

/** What became of each stored document, in order: new, there already, or there with other content. */
export type StoreOutcome = 'accepted' | 'duplicate' | 'conflict'

/** Stores activities durably; storing one again is harmless. Throws only when the database cannot be reached, or hangs. */
export async function storeActivities(mongo: Mongo, docs: ActivityDoc[]): Promise<StoreOutcome[]> {
  if (docs.length === 0) return []
  const outcomes: StoreOutcome[] = docs.map(() => 'accepted')
  const refused = await insertNew(() =>
    within(storeMs, mongo.activities.collection.insertMany(docs as never[], { ordered: false })),
  )
  if (refused.length === 0) return outcomes
  const ids = refused.flatMap((index) => docs[index]?._id ?? [])
  const stored = await mongo.activities.collection
    .find({ _id: { $in: ids as never[] } }, { projection: { digest: 1 }, maxTimeMS: 10_000 })
    .toArray()
  const digests = new Map(stored.map((doc) => [String(doc._id), doc.digest as string]))
  for (const index of refused) {
    const doc = docs[index]
    if (doc) outcomes[index] = digests.get(doc._id) === doc.digest ? 'duplicate' : 'conflict'
  }
  return outcomes
}

/** All revisions of each activity, newest first. */
export async function revisionsOf(mongo: Mongo, keys: string[]): Promise<Map<string, ActivityDoc[]>> {
  if (keys.length === 0) return new Map()
  const cursor = mongo.activities.collection.find({ key: { $in: keys } }, { maxTimeMS: 10_000, batchSize: 5000 })
  const byKey = new Map<string, ActivityDoc[]>()
  for (const doc of (await cursor.toArray()) as unknown as ActivityDoc[]) {
    const list = byKey.get(doc.key)
    if (list) list.push(doc)
    else byKey.set(doc.key, [doc])
  }
  for (const list of byKey.values()) if (list.length > 1) list.sort((a, b) => b.revision - a.revision)
  return byKey
}

/** The newest revision's number of each activity. */
export async function newestRevisionNumbers(mongo: Mongo, keys: string[]): Promise<Map<string, number>> {
  const docs = await mongo.activities.collection
    .find({ key: { $in: keys } }, { projection: { key: 1, revision: 1 }, maxTimeMS: 10_000, batchSize: 5000 })
    .toArray()
  const newest = new Map<string, number>()
  for (const { key, revision } of docs as unknown as ActivityDoc[])
    newest.set(key, Math.max(revision, newest.get(key) ?? 0))
  return newest
}

/** Puts revisions with a person who is not known into the tray; they stay pending until `markScored`. */
export async function markUnmatched(mongo: Mongo, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  await mongo.activities.collection.updateMany({ _id: { $in: ids as never[] } }, { $set: { unmatched: true } })
}

/** Marks revisions as taken to the end of the line; `unmatchedIds` are those of them that were put into the tray. */
export async function markScored(mongo: Mongo, ids: readonly string[], unmatchedIds: readonly string[]): Promise<void> {
  const unmatched = new Set(unmatchedIds)
  const matched = ids.filter((id) => !unmatched.has(id))
  const mark = (some: readonly string[], filter: object, update: object) =>
    some.length === 0
      ? undefined
      : mongo.activities.collection.updateMany({ _id: { $in: some as never[] }, ...filter }, update)
  await mark(matched, {}, { $unset: { pendingSince: '', unmatched: '' } })
  // One that has left the tray since is on its way again.
  await mark(unmatchedIds, { unmatched: true }, { $unset: { pendingSince: '' } })
}

/** Keys of activities that were stored before an instant and never reached the end of the line, oldest first. */
export async function pendingActivities(
  mongo: Mongo,
  before: Date,
  limit: number,
): Promise<{ org: string; key: string }[]> {
  const docs = await mongo.activities.collection
    .find({ pendingSince: { $lt: before } }, { projection: { org: 1, key: 1 }, maxTimeMS: 10_000 })
    .sort({ pendingSince: 1 })
    .limit(limit)
    .toArray()
  return docs.map((doc) => ({ org: String(doc.org), key: String(doc.key) }))
}

/** How many activities never reached the end of the line, counted up to `most`. */
export function countPending(mongo: Mongo, most: number): Promise<number> {
  const pending = { pendingSince: { $gt: new Date(0) } }
  return mongo.activities.collection.countDocuments(pending, { limit: most, maxTimeMS: 5000 })
}
