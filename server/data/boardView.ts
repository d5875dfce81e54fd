import type { Board } from '#shared/board.ts'
import type { BoardRow, BoardView } from '#shared/contract/boardView.ts'
import { localDay, periodInstants } from '#shared/period.ts'
import { teamAt } from '#shared/person.ts'
import { ensureBuilt } from './boardBuild.ts'
import { type BoardInstance, boardInstance, readWindow, type StoredRow } from './boards.ts'
import type { Definitions } from './definitions.ts'
import { freshnessOf } from './sourceFreshness.ts'
import type { Stores } from './stores.ts'

/** Who looks: managers see everything, others what the board's visibility lets them. */
export interface Viewer {
  seesAll: boolean
}

/** Which window; `day` is any local day of the period. */
export interface WindowRequest {
  board: Board
  day: string
  top: number
  around: string | null
}

/**
 * A window of a board as every reader gets it: the GET, the watch and the patches are all made of this. `null` when the
 * board has no such period; throws when it cannot be built in time.
 */
export async function readBoardView(
  stores: Stores,
  definitions: Definitions,
  { board, day, top, around }: WindowRequest,
  viewer: Viewer,
  nowMs: number,
): Promise<BoardView | null> {
  const instance = boardInstance(definitions, board, day)
  if (!instance) return null
  let window = await readWindow(stores, definitions, instance, { top, around, nowMs })
  if (!window.built) {
    await ensureBuilt(stores, definitions, instance)
    window = await readWindow(stores, definitions, instance, { top, around, nowMs })
  }
  const { metric, period } = instance
  const { zone, currency } = definitions.organization
  const second = board.secondMetricId ? definitions.metrics.find((one) => one.id === board.secondMetricId) : undefined
  const topOnly = !viewer.seesAll && board.visibility === 'top-only'
  const shown = topOnly ? Math.min(top, board.topN) : top
  const hidden = !viewer.seesAll && board.visibility === 'values-hidden'
  const present = (rows: StoredRow[], aboveFirst?: StoredRow) =>
    rows.map((row, at) => presentRow(definitions, instance, row, rows[at - 1] ?? aboveFirst, { hidden, nowMs }))
  return {
    board,
    metric: { id: metric.id, name: metric.name, unit: metric.unit, direction: metric.direction },
    secondMetricName: second?.name ?? null,
    currency,
    zone,
    period: {
      key: period.key,
      ...periodInstants(period, zone),
      current: currentKey(definitions, board, nowMs) === period.key,
    },
    seq: window.seq,
    epoch: `${definitions.boardsVersion}`,
    asOfMs: nowMs,
    total: window.total,
    rows: present(window.rows).slice(0, shown),
    // Whoever may see the first ones only must not walk down the board by asking around somebody.
    around: topOnly ? [] : present(window.around, window.aboveAround),
    sources: await freshnessOf(stores.mongo, definitions.organization.id, nowMs),
  }
}

/** The period key of a board right now, `null` outside its season. */
export function currentKey(definitions: Definitions, board: Board, nowMs: number): string | null {
  return boardInstance(definitions, board, localDay(nowMs, definitions.organization.zone))?.period.key ?? null
}

function presentRow(
  definitions: Definitions,
  { board, metric }: BoardInstance,
  row: StoredRow,
  above: StoredRow | undefined,
  { hidden, nowMs }: { hidden: boolean; nowMs: number },
): BoardRow {
  const person = board.audience.of === 'people' ? definitions.people.get(row.memberId) : undefined
  const teamId = person ? teamAt(person, nowMs) : board.audience.of === 'teams' ? row.memberId : null
  const team = teamId === null ? undefined : definitions.teams.get(teamId)
  const gap = above ? (metric.direction === 'higher' ? above.value - row.value : row.value - above.value) : null
  return {
    memberId: row.memberId,
    kind: board.audience.of === 'people' ? 'person' : 'team',
    name: person?.name ?? team?.name ?? '',
    teamId,
    teamName: team?.name ?? null,
    color: team?.color ?? null,
    rank: row.rank,
    value: hidden ? null : row.value,
    second: hidden ? null : row.second,
    gap: hidden ? null : gap,
    decidedBy: row.decidedBy,
    movement: row.baseRank === null ? null : row.baseRank - row.rank,
    spark: hidden ? [] : row.spark,
    lastAtMs: row.lastAtMs,
  }
}
