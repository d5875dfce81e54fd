import { localDay } from '#shared/period.ts'
import { boardInputs } from '../data/boardInputs.ts'
import { type BoardInstance, boardInstance, measureMembers, readStandings } from '../data/boards.ts'
import type { Definitions } from '../data/definitions.ts'
import type { TallyPageDoc } from '../data/documents.ts'
import type { Stores } from '../data/stores.ts'
import { daysOf, onlyMetrics, pageOf, partsOf, type TallyPage } from '../data/tallyPage.ts'
import type { Report } from './difference.ts'

/** Are the boards in Redis what the tallies say? Boards that nobody has asked for yet are not there, and not wrong. */
export async function auditBoards(stores: Stores, definitions: Definitions, report: Report): Promise<void> {
  let looked = 0
  for (const board of definitions.boards) {
    if (!board.active) continue
    const pages = await pagesOfBoard(stores, definitions, [...boardInputs(definitions, board)], board.audience.of)
    const nowMs = Date.now()
    for (const instance of instancesWithin(definitions, board, pages)) {
      await auditInstance(stores, definitions, instance, pages, nowMs, report)
      looked += 1
      report.progress('board', looked)
    }
  }
}

async function auditInstance(
  stores: Stores,
  definitions: Definitions,
  instance: BoardInstance,
  pages: TallyPage[],
  nowMs: number,
  report: Report,
): Promise<void> {
  const { built, standings } = await readStandings(stores, definitions, instance)
  const inPeriod = pages.filter(
    ({ month }) =>
      (instance.period.fromDay?.slice(0, 7) ?? '') <= month && month <= (instance.period.toDay ?? '~').slice(0, 7),
  )
  const where = (memberId: string) => `board ${instance.board.id} ${instance.period.key}, ${memberId}`
  const expected = new Map(
    measureMembers(definitions, instance, inPeriod, nowMs).map((standing) => [standing.memberId, standing]),
  )
  for (const [memberId, { value, second, lastAtMs }] of expected) {
    const found = standings.get(memberId)
    const want = JSON.stringify([value, second, lastAtMs])
    if (!found ? built && value !== null : found.standing !== want)
      report.difference({ what: 'board', where: where(memberId), expected: want, found: found?.standing ?? 'missing' })
  }
  for (const [memberId, { standing }] of standings) {
    const live = !standing.startsWith('[null')
    if (live && !expected.has(memberId))
      report.difference({ what: 'board', where: where(memberId), expected: 'missing', found: standing })
  }
}

async function pagesOfBoard(
  { mongo }: Stores,
  { organization }: Definitions,
  metricIds: string[],
  of: string,
): Promise<TallyPage[]> {
  const found = await mongo.tallies.collection
    .find(
      { org: organization.id, of, part: { $in: partsOf(metricIds) } },
      { projection: onlyMetrics(metricIds), batchSize: 2000 },
    )
    .toArray()
  return (found as unknown as TallyPageDoc[]).map(pageOf)
}

/** Instances of every period in which something was tallied. */
export function instancesWithin(
  definitions: Definitions,
  board: BoardInstance['board'],
  pages: readonly TallyPage[],
): BoardInstance[] {
  const instances = new Map<string, BoardInstance>()
  const today = localDay(Date.now(), definitions.organization.zone)
  // A rolling window moves with today; older ones are not kept.
  const inputs = [...boardInputs(definitions, board)]
  const days = board.cycle.every === 'rolling' ? [today] : new Set(pages.flatMap((page) => daysOf(page, inputs)))
  for (const day of days) {
    const instance = boardInstance(definitions, board, day)
    if (instance) instances.set(instance.period.key, instance)
  }
  return [...instances.values()]
}
