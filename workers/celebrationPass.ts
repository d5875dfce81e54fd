import { celebrate } from '#server/data/celebrations.ts'
import type { Definitions } from '#server/data/definitions.ts'
import { mainBoardRanks } from '#server/data/mainBoard.ts'
import type { Stores } from '#server/data/stores.ts'
import { type ActivityFeedItem, celebrationPriority, isCelebrated } from '#shared/feed.ts'
import { itemOf } from './feedItems.ts'
import type { ScoredActivity } from './scored.ts'

/** Screens tell more than a few together, so the newest of a large batch are enough. */
const mostPerPass = 20

/** What a pass will celebrate when it is through, with the ranks of before. */
export interface CelebrationsDue {
  items: ActivityFeedItem[]
  ranksBefore: ReadonlyMap<string, number>
}

/** Finds what is worth celebrating, before the pass moves anyone on the boards. */
export async function celebrationsDue(
  stores: Stores,
  definitions: Definitions,
  scored: readonly ScoredActivity[],
  nowMs: number,
): Promise<CelebrationsDue> {
  const items = scored
    .filter(({ activity }) => isCelebrated({ kind: activity.kind, atMs: activity.occurredAtMs }, nowMs))
    .flatMap((one) => itemOf(definitions, one) ?? [])
    .sort((a, b) => b.atMs - a.atMs)
    .slice(0, mostPerPass)
  const people = [...new Set(items.map((item) => item.personId))]
  return { items, ranksBefore: await mainBoardRanks(stores, definitions, people, nowMs) }
}

/**
 * Celebrates each activity once, whatever becomes of it later: a correction or a second attempt finds that its id was
 * celebrated.
 */
export async function celebrationPass(
  stores: Stores,
  definitions: Definitions,
  { items, ranksBefore }: CelebrationsDue,
  nowMs: number,
): Promise<void> {
  if (items.length === 0) return
  const people = [...new Set(items.map((item) => item.personId))]
  const ranksAfter = await mainBoardRanks(stores, definitions, people, nowMs)
  const org = definitions.organization.id
  // All at once: one connection keeps their order.
  await Promise.all(
    items.toReversed().map((item) => {
      const before = ranksBefore.get(item.personId) ?? null
      const after = ranksAfter.get(item.personId) ?? null
      const moved = after !== null && before !== after
      return celebrate(stores.redis, org, {
        id: item.id,
        priority: celebrationPriority.deal,
        item,
        rankBefore: moved ? before : null,
        rankAfter: moved ? after : null,
      })
    }),
  )
}
