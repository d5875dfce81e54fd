import type { FeedItem } from '#shared/contract/feed.ts'
import type { FeedDoc } from './gameDocuments.ts'
import { insertNew } from './insertNew.ts'
import type { Mongo } from './mongo.ts'

/** An item as it shall be: `null` takes back what an earlier revision showed. */
export interface FeedWrite {
  id: string
  atMs: number
  revision: number
  item: FeedItem | null
}

/** Inserts items that are new as far as the writer knows, in one call; answers those whose place was taken. */
export async function insertFeed(mongo: Mongo, org: string, writes: readonly FeedWrite[]): Promise<FeedWrite[]> {
  if (writes.length === 0) return []
  const docs = writes.map((write) => feedDoc(org, write))
  const refused = await insertNew(() => mongo.feed.collection.insertMany(docs as never[], { ordered: false }))
  return refused.flatMap((index) => writes[index] ?? [])
}

/** Puts items in the place of what an earlier revision wrote; a newer one stays. */
export async function replaceFeed(mongo: Mongo, org: string, writes: readonly FeedWrite[]): Promise<void> {
  if (writes.length === 0) return
  const operations = writes.map((write) => {
    const { _id, ...fields } = feedDoc(org, write)
    return {
      updateOne: { filter: { _id, revision: { $lte: write.revision } }, update: { $set: fields }, upsert: true },
    }
  })
  // A newer revision is there: then the filter finds nothing, and the insert that follows meets its id.
  await insertNew(() => mongo.feed.collection.bulkWrite(operations as never[], { ordered: false }))
}

/** The newest items before a place in the feed, and the place where the next ones begin. */
export async function readFeed(
  mongo: Mongo,
  org: string,
  { limit, before }: { limit: number; before: FeedPlace | null },
): Promise<{ items: FeedItem[]; next: string | null }> {
  const earlier = before && {
    $or: [{ at: { $lt: new Date(before.atMs) } }, { at: new Date(before.atMs), _id: { $lt: before.id } }],
  }
  const docs = await mongo.feed
    .find({ org, item: { $ne: null }, ...earlier })
    .sort({ at: -1, _id: -1 })
    .limit(limit)
    .maxTimeMS(10_000)
    .lean()
  const last = docs.length === limit ? docs.at(-1) : undefined
  return {
    items: docs.flatMap((doc) => doc.item ?? []),
    next: last ? `${last.at.getTime()}.${last._id}` : null,
  }
}

/** A place in the feed: after the item with this instant and id. */
export interface FeedPlace {
  atMs: number
  id: string
}

function feedDoc(org: string, { id, atMs, revision, item }: FeedWrite): FeedDoc {
  return { _id: id, org, at: new Date(atMs), revision, item }
}
