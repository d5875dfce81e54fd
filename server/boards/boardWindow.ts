import type { BoardView, BoardWindow } from '#shared/contract/boardView.ts'
import { type Role, reaches } from '#shared/contract/session.ts'
import { dayOfPeriodKey, localDay } from '#shared/period.ts'
import { readBoardView } from '../data/boardView.ts'
import { definitionsOf } from '../data/definitions.ts'
import type { Stores } from '../data/stores.ts'

/** The view that a caller may have of a window; `null` when there is no such board or period in the organization. */
export async function boardViewFor(
  stores: Stores,
  { org, role }: { org: string; role: Role },
  { boardId, period, top, around }: BoardWindow,
): Promise<BoardView | null> {
  const definitions = await definitionsOf(stores.mongo, org)
  const board = definitions?.boards.find((one) => one.id === boardId)
  if (!definitions || !board) return null
  const nowMs = Date.now()
  const day =
    period === undefined
      ? localDay(nowMs, definitions.organization.zone)
      : dayOfPeriodKey(period, board.cycle, definitions.organization)
  if (day === null) return null
  return await readBoardView(
    stores,
    definitions,
    { board, day, top, around: around ?? null },
    { seesAll: reaches(role, 'manager') },
    nowMs,
  )
}
