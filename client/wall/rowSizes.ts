import type { BoardRow } from '#shared/contract/boardView.ts'

/** How a row is drawn; on a portrait screen a card has three lines, and a slim row has its value beside its two lines. */
export type RowSize = 'hero' | 'big' | 'plain' | 'big card' | 'plain slim'

/** The first stands out, then the others with a medal. Who shares a rank looks alike, and few rows are all tall. */
export function rowSizes(rows: readonly Pick<BoardRow, 'rank'>[], count: number): RowSize[] {
  const alike = (size: RowSize) => rows.map(() => size)
  if (count <= 4) return alike('big card')
  if (count <= 6) return alike('big')
  if (count > 10) return alike('plain slim')
  const medals = rows.filter(({ rank }) => rank <= 3).length
  // Nobody has a rank yet, or so many share the first three that none would stand out.
  if (medals > 4) return alike(count <= 8 ? 'big' : 'plain')
  return rows.map(({ rank }) => (rank === 1 ? 'hero' : rank <= 3 ? 'big' : 'plain'))
}
