import type { Definitions } from '#server/data/definitions.ts'
import { type FeedWrite, insertFeed, replaceFeed } from '#server/data/feed.ts'
import { publishNews } from '#server/data/news.ts'
import type { Stores } from '#server/data/stores.ts'
import { activityFeedId, feedKeptMs, feedLiveMs } from '#shared/feed.ts'
import { itemOf } from './feedItems.ts'
import type { ScoredActivity } from './scored.ts'

/** A screen cannot show more at once; the rest is in the feed when somebody reads it. */
const mostToldPerPass = 10

/** Brings the feed up to what activities are worth now, and tells the floor of the newest that are new or corrected. */
export async function feedPass(
  stores: Stores,
  definitions: Definitions,
  scored: readonly ScoredActivity[],
  nowMs: number,
): Promise<void> {
  const org = definitions.organization.id
  const fresh: FeedWrite[] = []
  const changed: FeedWrite[] = []
  const corrected: FeedWrite[] = []
  for (const one of scored) {
    const { activity, docs, known } = one
    // A correction may have moved it: then its item is as recent as any of its revisions.
    if (!docs.some((doc) => nowMs - doc.occurredAt.getTime() < feedKeptMs)) continue
    const write: FeedWrite = {
      id: activityFeedId(activity.key),
      atMs: activity.occurredAtMs,
      revision: activity.revision,
      item: nowMs - activity.occurredAtMs < feedKeptMs ? itemOf(definitions, one) : null,
    }
    if (docs.length > 1) corrected.push(write)
    if (known || docs.length > 1) changed.push(write)
    else if (write.item) fresh.push(write)
  }
  const refused = await insertFeed(stores.mongo, org, fresh)
  await replaceFeed(stores.mongo, org, [...changed, ...refused])
  const told = newest(fresh.filter((write) => !refused.includes(write) && nowMs - write.atMs < feedLiveMs))
  await publishNews(stores.redis, org, [
    ...told.flatMap(({ item }) => (item ? { type: 'feed' as const, item } : [])),
    ...newest(corrected).map(({ id, item }) => ({ type: 'correction' as const, correction: { id, item } })),
  ])
}

/** The newest, oldest of them first. */
function newest(writes: readonly FeedWrite[]): FeedWrite[] {
  return [...writes]
    .sort((a, b) => b.atMs - a.atMs)
    .slice(0, mostToldPerPass)
    .reverse()
}
