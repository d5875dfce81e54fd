import type { FeedItem } from '#shared/contract/feed.ts'
import { localDay } from '#shared/period.ts'

export const feedFilters = ['all', 'money', 'honours'] as const
export type FeedFilter = (typeof feedFilters)[number]

function passes(item: FeedItem, filter: FeedFilter): boolean {
  if (filter === 'all') return true
  if (filter === 'honours') return item.type !== 'activity'
  return item.type === 'activity' && item.valueMinor !== null
}

/** Items by their local day, both newest first. */
export function feedByDay(
  items: readonly FeedItem[],
  filter: FeedFilter,
  zone: string,
): { day: string; items: FeedItem[] }[] {
  const days = new Map<string, FeedItem[]>()
  for (const item of items) {
    if (!passes(item, filter)) continue
    const day = localDay(item.atMs, zone)
    const own = days.get(day)
    if (own) own.push(item)
    else days.set(day, [item])
  }
  return [...days]
    .sort(([a], [b]) => (a < b ? 1 : -1))
    .map(([day, own]) => ({ day, items: own.sort((a, b) => b.atMs - a.atMs) }))
}
