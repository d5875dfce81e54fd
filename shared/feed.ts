import type { Activity } from './activity.ts'
import type { FeedItem } from './contract/feed.ts'
import type { Entry } from './entry.ts'

/** What happened longer ago is not put into the feed: a history that is imported is no news. */
export const feedKeptMs = 7 * 86_400_000
/** What happened longer ago goes into the feed, but is told to nobody. */
export const feedLiveMs = 86_400_000
/** What happened longer ago is not celebrated. */
export const celebratedMs = 10 * 60_000

/** Importance of celebrations: the end of a contest, a deal, a badge. */
export const celebrationPriority = { contest: 9, deal: 5, badge: 3 } as const

/** The person of a feed item as the floor knows them. */
export interface FeedPerson {
  personId: string
  name: string
  teamName: string | null
  color: number | null
}

export type ActivityFeedItem = Extract<FeedItem, { type: 'activity' }>

/** Id of an activity's feed item: the same for every revision. */
export function activityFeedId(activityKey: string): string {
  return `a-${activityKey}`
}

/**
 * An activity as the floor sees it: one item, also when several people share it, under the person with the count. `null`
 * when there is nothing to see: it scores nothing, or neither points nor money.
 */
export function activityFeedItem(
  activity: Activity,
  live: readonly Entry[],
  { pointsMetricId, who }: { pointsMetricId: string | null; who: FeedPerson | null },
): ActivityFeedItem | null {
  if (live.length === 0 || who === null) return null
  const lines = live.flatMap((entry) => entry.lines.filter((line) => line.metricId === pointsMetricId))
  const points = lines.reduce((sum, line) => sum + line.amount, 0)
  if (points === 0 && !activity.valueMinor) return null
  const { account } = activity.attributes
  return {
    id: activityFeedId(activity.key),
    type: 'activity',
    atMs: activity.occurredAtMs,
    ...who,
    kind: activity.kind,
    points,
    valueMinor: activity.valueMinor,
    currency: activity.currency,
    account: typeof account === 'string' ? account.slice(0, 120) : null,
    evidence: activity.evidence,
  }
}

/** Is it worth interrupting a wall for? A deal that was won just now. */
export function isCelebrated(item: Pick<ActivityFeedItem, 'kind' | 'atMs'>, nowMs: number): boolean {
  return item.kind === 'deal.won' && nowMs - item.atMs < celebratedMs
}
