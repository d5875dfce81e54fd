import { markTold } from '#server/data/badgeGrants.ts'
import { celebrate } from '#server/data/celebrations.ts'
import type { Definitions } from '#server/data/definitions.ts'
import { type FeedWrite, insertFeed } from '#server/data/feed.ts'
import type { BadgeGrantDoc } from '#server/data/gameDocuments.ts'
import { publishNews } from '#server/data/news.ts'
import type { Stores } from '#server/data/stores.ts'
import type { FeedItem } from '#shared/contract/feed.ts'
import { celebratedMs, celebrationPriority, feedKeptMs, feedLiveMs } from '#shared/feed.ts'
import { whoIs } from './feedItems.ts'

/**
 * Tells the floor of new badges: in the feed, live and celebrated as long as they are news. Marked as told at the end, so
 * that who dies on the way is followed by somebody who does the rest; every step is done once only.
 */
export async function tellBadges(
  stores: Stores,
  definitions: Definitions,
  grants: readonly BadgeGrantDoc[],
  nowMs: number,
): Promise<void> {
  if (grants.length === 0) return
  const org = definitions.organization.id
  const items = grants
    .map((grant) => badgeItem(definitions, grant))
    .filter((item) => item !== null && nowMs - item.atMs < feedKeptMs) as FeedItem[]
  const writes = items.map((item): FeedWrite => ({ id: item.id, atMs: item.atMs, revision: 1, item }))
  const refused = new Set((await insertFeed(stores.mongo, org, writes)).map(({ id }) => id))
  const live = items.filter((item) => !refused.has(item.id) && nowMs - item.atMs < feedLiveMs).slice(0, 10)
  await publishNews(
    stores.redis,
    org,
    live.map((item) => ({ type: 'feed', item })),
  )
  for (const item of items) {
    if (nowMs - item.atMs >= celebratedMs) continue
    const { id } = item
    await celebrate(stores.redis, org, {
      id,
      priority: celebrationPriority.badge,
      item,
      rankBefore: null,
      rankAfter: null,
    })
  }
  await markTold(
    stores.mongo,
    grants.map(({ _id }) => _id),
  )
}

function badgeItem(definitions: Definitions, grant: BadgeGrantDoc): FeedItem | null {
  const badge = definitions.badges.find((one) => one.id === grant.badgeId)
  const who = whoIs(definitions, grant.personId, grant.at.getTime())
  if (!badge || !who) return null
  return {
    id: `b-${grant._id}`,
    type: 'badge',
    atMs: grant.at.getTime(),
    ...who,
    badgeId: badge.id,
    badgeName: badge.name,
    icon: badge.icon,
  }
}
