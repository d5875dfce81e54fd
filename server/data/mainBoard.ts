import { localDay } from '#shared/period.ts'
import { boardInstance, instanceKeys } from './boards.ts'
import type { Definitions } from './definitions.ts'
import type { Stores } from './stores.ts'

/**
 * Ranks of people on the main board right now: the first active board of people. `null` for who is not on it, or whose
 * rank the board does not show to everyone.
 */
export async function mainBoardRanks(
  { redis }: Pick<Stores, 'redis'>,
  definitions: Definitions,
  personIds: readonly string[],
  nowMs: number,
): Promise<Map<string, number>> {
  const ranks = new Map<string, number>()
  const board = definitions.boards.find(({ active, audience }) => active && audience.of === 'people')
  const instance = board && boardInstance(definitions, board, localDay(nowMs, definitions.organization.zone))
  if (!board || !instance || personIds.length === 0) return ranks
  const order = instanceKeys(definitions, instance)[0] ?? ''
  const scores = await redis.zmscore(order, ...personIds)
  await Promise.all(
    personIds.map(async (personId, index) => {
      const score = scores[index]
      if (score === null || score === undefined) return
      const rank = 1 + (await redis.zcount(order, `(${score}`, '+inf'))
      if (board.visibility !== 'top-only' || rank <= board.topN) ranks.set(personId, rank)
    }),
  )
  return ranks
}
