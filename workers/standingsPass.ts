import { boardInputs } from '#server/data/boardInputs.ts'
import { type BoardInstance, boardInstance, measureMembers, writeStandings } from '#server/data/boards.ts'
import type { Definitions } from '#server/data/definitions.ts'
import type { Mongo } from '#server/data/mongo.ts'
import type { PageRange } from '#server/data/pageCache.ts'
import type { Stores } from '#server/data/stores.ts'
import { type PageWrite, pagesOfMembers } from '#server/data/tallies.ts'
import { partsOf, type TallyPage } from '#server/data/tallyPage.ts'
import type { Board } from '#shared/board.ts'
import { localDay, type Period } from '#shared/period.ts'
import type { MeasuredStanding } from '#shared/standing.ts'
import type { TouchedPage } from './tallyPass.ts'

interface Affected {
  instance: BoardInstance
  memberIds: Set<string>
}

/** Members to measure anew, on every board and period that some touched pages count for, and the pages that takes. */
export interface StandingsDue {
  affected: Affected[]
  ranges: PageRange[]
  /** What was written already, by board, period and member. */
  written: Map<string, string>
  /** The pages that it was measured from. */
  early: ReadonlySet<TallyPage>
}

/** What touched pages make due. */
export function standingsDue(definitions: Definitions, touched: Iterable<TouchedPage>, nowMs: number): StandingsDue {
  const affected = affectedInstances(definitions, [...touched], nowMs)
  return { affected, ranges: pageRanges(definitions, affected), written: new Map(), early: new Set() }
}

/** Standings of one board and period. */
interface Measured {
  instance: BoardInstance
  standings: MeasuredStanding[]
}

/**
 * Measures what is due from pages that this process keeps and what it is about to add to them, so that the screens do not
 * wait for the tallies. Where it does not know all pages, or not as they are now, `standingsPass` makes up for it.
 */
export function measureEarly(
  mongo: Mongo,
  definitions: Definitions,
  due: StandingsDue,
  added: ReadonlyMap<string, PageWrite>,
  nowMs: number,
): Measured[] {
  const pages: TallyPage[] = []
  for (const range of due.ranges) {
    const kept = mongo.pageCache?.getRange(range)
    if (!kept) return []
    pages.push(...kept)
  }
  const known = new Map(pages.map((page) => [page.id, page]))
  for (const [id, { after }] of added) known.set(id, after)
  due.early = new Set(known.values())
  return measure(definitions, due, [...known.values()], nowMs)
}

/**
 * Measures anew every member whose tallies changed, and tells the servers which boards changed. All tallies are read
 * **after** the pass has written its own: of two passes that write different parts of one standing, the later reader sees
 * both, and has more entries, so it wins.
 */
export async function standingsPass(
  stores: Stores,
  definitions: Definitions,
  due: StandingsDue,
  nowMs: number,
): Promise<void> {
  const pages = (await Promise.all(due.ranges.map((range) => pagesOfMembers(stores.mongo, range)))).flat()
  // The worker's own pages were as they are, and are the tallies now.
  if (pages.length === due.early.size && pages.every((page) => due.early.has(page))) return
  await writeMeasured(stores, definitions, due, measure(definitions, due, pages, nowMs), nowMs)
}

function measure(
  definitions: Definitions,
  { affected }: StandingsDue,
  pages: readonly TallyPage[],
  nowMs: number,
): Measured[] {
  return affected.map(({ instance, memberIds }) => {
    const own = pages.filter((page) => memberIds.has(page.memberId) && isWithin(page, instance.period))
    return { instance, standings: measureMembers(definitions, instance, own, nowMs) }
  })
}

/** Writes what was measured, but for what this pass has written already, and tells the servers which boards changed. */
export async function writeMeasured(
  stores: Stores,
  definitions: Definitions,
  { written }: StandingsDue,
  measured: readonly Measured[],
  nowMs: number,
): Promise<void> {
  await Promise.all(
    measured.map(async ({ instance, standings: all }) => {
      const placeOf = (memberId: string) => `${instance.board.id} ${instance.period.key} ${memberId}`
      const standings = all.filter((one) => written.get(placeOf(one.memberId)) !== JSON.stringify(one))
      if (standings.length === 0) return
      await writeStandings(stores, definitions, instance, { standings, nowMs, announce: true })
      for (const standing of standings) written.set(placeOf(standing.memberId), JSON.stringify(standing))
    }),
  )
}

/** Pages of all instances: one range for the parts of the same months; a board of all time widens only what it is made of. */
function pageRanges(definitions: Definitions, affected: readonly Affected[]): PageRange[] {
  const months = new Map<string, { from: string; to: string }>()
  for (const { instance } of affected)
    for (const part of partsOf(boardInputs(definitions, instance.board))) {
      const { from, to } = months.get(part) ?? { from: '~', to: '' }
      months.set(part, { from: least(from, firstMonth(instance.period)), to: most(to, lastMonth(instance.period)) })
    }
  const memberIds = [...new Set(affected.flatMap((one) => [...one.memberIds]))]
  return [...Map.groupBy(months, ([, { from, to }]) => `${from} ${to}`).values()].map((parts) => ({
    org: definitions.organization.id,
    memberIds,
    parts: parts.map(([part]) => part),
    fromMonth: parts[0]?.[1].from ?? '',
    toMonth: parts[0]?.[1].to ?? '',
  }))
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
  const instances = new Map<string, BoardInstance | null>()
  const instanceOf = (board: Board, day: string) => {
    const name = `${board.id} ${day}`
    const known = instances.get(name)
    if (known !== undefined) return known
    const made = boardInstance(definitions, board, day)
    instances.set(name, made)
    return made
  }
  for (const board of definitions.boards) {
    if (!board.active) continue
    const inputs = boardInputs(definitions, board)
    for (const { ref, days, metricIds } of touched) {
      if (ref.of !== board.audience.of || inputs.isDisjointFrom(metricIds)) continue
      // A rolling window moves with today; older windows are not kept.
      const ofDays = board.cycle.every === 'rolling' ? [today] : days.keys()
      for (const day of ofDays) {
        const instance = instanceOf(board, day)
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
