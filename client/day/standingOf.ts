import type { BoardRow, BoardView } from '#shared/contract/boardView.ts'

/** A member's row on a view with its neighbours in the order of the board; `null` when it is not there. */
export function standingOf(
  view: Pick<BoardView, 'rows' | 'around'>,
  memberId: string,
): { row: BoardRow; above: BoardRow | null; below: BoardRow | null } | null {
  for (const rows of [view.around, view.rows]) {
    const index = rows.findIndex((row) => row.memberId === memberId)
    const row = rows[index]
    if (row) return { row, above: rows[index - 1] ?? null, below: rows[index + 1] ?? null }
  }
  return null
}
