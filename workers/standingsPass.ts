import { boardInputs } from '#server/data/boardInputs.ts'
import { type BoardInstance, boardInstance, measureMembers, writeStandings } from '#server/data/boards.ts'
import type { Definitions } from '#server/data/definitions.ts'
import type { Stores } from '#server/data/stores.ts'
import { pagesOfMembers, type TallyPage } from '#server/data/tallies.ts'
import { localDay, type Period } from '#shared/period.ts'
import type { TouchedPage } from './tallyPass.ts'

interface Affected {
  instance: BoardInstance
  memberIds: Set<string>
}

/**
 * Measures anew every member whose tallies changed, on every board and period that they count for, and tells the servers
 * which boards changed. All tallies are read **after** the pass has written its own: of two passes that write different
 * parts of one standing, the later reader sees both, and has more entries, so it wins.
 */
export async function standingsPass(
  stores: Stores,
  definitions: Definitions,
  touched: Iterable<TouchedPage>,
  nowMs: number,
): Promise<void> {
  const affected = affectedInstances(definitions, [...touched], nowMs)
  const pages = await pagesOfInstances(stores, definitions, affected)
  await Promise.all(
    affected.map(async ({ instance, memberIds }) => {
      const own = pages.filter((page) => memberIds.has(page.memberId) && isWithin(page, instance.period))
      const standings = measureMembers(definitions, instance, own, nowMs)
      if (standings.length === 0) return
      await writeStandings(stores, definitions, instance, { standings, nowMs, complete: false, announce: true })
    }),
  )
}

/** Pages for all instances: one query for the metrics of the same months; a board of all time does not widen the others. */
async function pagesOfInstances(
  { mongo }: Stores,
  definitions: Definitions,
  affected: readonly Affected[],
): Promise<TallyPage[]> {
  const months = new Map<string, { from: string; to: string }>()
  for (const { instance } of affected)
    for (const metricId of boardInputs(definitions, instance.board)) {
      const { from, to } = months.get(metricId) ?? { from: '~', to: '' }
      months.set(metricId, {
        from: least(from, firstMonth(instance.period)),
        to: most(to, lastMonth(instance.period)),
      })
    }
  const memberIds = [...new Set(affected.flatMap((one) => [...one.memberIds]))]
  const ranges = Map.groupBy(months, ([, { from, to }]) => `${from} ${to}`)
  const pages = await Promise.all(
    [...ranges.values()].map((metrics) => {
      const { from, to } = metrics[0]?.[1] ?? { from: '', to: '' }
      const metricIds = metrics.map(([metricId]) => metricId)
      return pagesOfMembers(mongo, {
        org: definitions.organization.id,
        memberIds,
        metricIds,
        fromMonth: from,
        toMonth: to,
      })
    }),
  )
  return pages.flat()
}

function least(a: string, b: string): string {
  return a < b ? a : b
}

function most(a: string, b: string): string {
  return a > b ? a : b
}

function isWithin({ month }: TallyPage, period: Period): boolean {
  return firstMonth(period) <= month && month <= lastMonth(period)
}

function firstMonth(period: Period): string {
  return period.fromDay?.slice(0, 7) ?? ''
}

function lastMonth(period: Period): string {
  return period.toDay?.slice(0, 7) ?? '~'
}

function affectedInstances(definitions: Definitions, touched: readonly TouchedPage[], nowMs: number): Affected[] {
  const today = localDay(nowMs, definitions.organization.zone)
  const affected = new Map<string, Affected>()
  for (const board of definitions.boards) {
    if (!board.active) continue
    const inputs = boardInputs(definitions, board)
    for (const { ref, days } of touched) {
      if (ref.of !== board.audience.of || !inputs.has(ref.metricId)) continue
      // A rolling window moves with today; older windows are not kept.
      const ofDays = board.cycle.every === 'rolling' ? [today] : days.keys()
      for (const day of ofDays) {
        const instance = boardInstance(definitions, board, day)
        if (!instance) continue
        const id = `${board.id} ${instance.period.key}`
        const one = affected.get(id) ?? { instance, memberIds: new Set<string>() }
        affected.set(id, one)
        for (const memberId of pageMembers(definitions, instance, ref)) one.memberIds.add(memberId)
      }
    }
  }
  return [...affected.values()]
}

/** Members whose pages must be read to measure the one that a page counts for: a team's value is of all teams below it. */
function pageMembers(definitions: Definitions, { board }: BoardInstance, ref: TouchedPage['ref']): string[] {
  if (board.audience.of === 'people') return [ref.memberId]
  const { level } = board.audience
  const path = definitions.teamPaths.get(ref.memberId) ?? []
  const top = path.find((teamId) => definitions.teams.get(teamId)?.level === level)
  return top === undefined
    ? []
    : [...definitions.teams.keys()].filter((id) => definitions.teamPaths.get(id)?.includes(top))
}
