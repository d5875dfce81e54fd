import type { BoardView, BoardWindow } from '#shared/contract/boardView.ts'
import { type Role, reaches } from '#shared/contract/session.ts'
import { dayOfPeriodKey, localDay } from '#shared/period.ts'
import { readBoardView } from '../data/boardView.ts'
import { type Definitions, definitionsOf, lastDefinitions, recentDefinitions } from '../data/definitions.ts'
import type { Stores } from '../data/stores.ts'

/**
 * The view that a caller may have of a window; `null` when there is no such board or period in the organization. `lately`:
 * by definitions of a moment ago.
 */
export async function boardViewFor(
  stores: Stores,
  { org, role }: { org: string; role: Role },
  window: BoardWindow,
  { lately = false } = {},
): Promise<BoardView | null> {
  const recent = lately && recentDefinitions(stores.mongo, org)
  if (recent) return await viewWith(stores, recent, role, window)
  // Definitions seldom change: the board is read with the last ones while their version is asked for.
  const last = lastDefinitions(stores.mongo, org)
  const early = last && viewWith(stores, last, role, window)
  early?.catch(() => undefined)
  const definitions = await definitionsOf(stores.mongo, org)
  if (!definitions) return null
  return definitions === last ? await early : await viewWith(stores, definitions, role, window)
}

async function viewWith(
  stores: Stores,
  definitions: Definitions,
  role: Role,
  { boardId, period, top, around }: BoardWindow,
): Promise<BoardView | null> {
  const board = definitions.boards.find((one) => one.id === boardId)
  if (!board) return null
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
