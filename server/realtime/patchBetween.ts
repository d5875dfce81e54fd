import type { BoardRow, BoardView } from '#shared/contract/boardView.ts'
import type { BoardPatch } from '#shared/contract/realtime.ts'

/** What turns one view into the next: a patch, `undefined` when nothing differs, `null` when only a new watch can. */
export function patchBetween(room: string, before: BoardView, after: BoardView): BoardPatch | undefined | null {
  if (before.period.key !== after.period.key || before.epoch !== after.epoch || after.seq < before.seq) return null
  const known = new Map([...before.rows, ...before.around].map((row) => [row.memberId, row]))
  const changed = new Map<string, BoardRow>()
  for (const row of [...after.rows, ...after.around]) {
    const old = known.get(row.memberId)
    if (!old || !sameRow(old, row)) changed.set(row.memberId, row)
  }
  const ids = (rows: BoardRow[]) => rows.map((row) => row.memberId)
  const rows = ids(after.rows)
  const around = ids(after.around)
  const sameOrder = same(rows, ids(before.rows)) && same(around, ids(before.around))
  if (changed.size === 0 && sameOrder && before.total === after.total && before.seq === after.seq) return undefined
  return {
    room,
    periodKey: after.period.key,
    epoch: after.epoch,
    fromSeq: before.seq,
    seq: after.seq,
    asOfMs: after.asOfMs,
    total: after.total,
    rows,
    around,
    changed: [...changed.values()],
    sources: after.sources,
  }
}

function sameRow(a: BoardRow, b: BoardRow): boolean {
  return (Object.keys(b) as (keyof BoardRow)[]).every((field) =>
    field === 'spark' ? same(a.spark, b.spark) : a[field] === b[field],
  )
}

function same(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((one, index) => one === b[index])
}
