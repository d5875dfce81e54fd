import type { BoardView } from '#shared/contract/boardView.ts'
import type { BoardPatch, WatchReply } from '#shared/contract/realtime.ts'
import { amountMinor, type Line, personIndex } from '../support/line.ts'

/** What a frame says: how many events of each person it shows, and which state it follows. */
export interface Shown {
  /** `whole`: shows everything by itself. `patch`: only after the state `fromSeq`. `stale`: ask again. */
  type: 'whole' | 'patch' | 'stale'
  fromSeq: number
  seq: number
  counts: { person: number; events: number }[]
}

/** Reads frames; the same bytes, sent to many screens, are read once. */
export function createReader(kind: Line['kind']): (frame: Buffer) => Shown | null {
  let last: Buffer = Buffer.alloc(0)
  let known: Shown | null = null
  const read = kind === 'skeleton' ? readSnapshot : readBoard
  return (frame) => {
    if (!frame.equals(last)) {
      last = frame
      known = read(frame.toString())
    }
    return known
  }
}

function readSnapshot(text: string): Shown | null {
  if (!text.startsWith('42["board"')) return null
  const [, rows] = JSON.parse(text.slice(2)) as [string, { id: string; points: number }[]]
  const counts = rows.map(({ id, points }) => ({ person: personIndex(id), events: points }))
  return { type: 'whole', fromSeq: 0, seq: 0, counts }
}

function readBoard(text: string): Shown | null {
  if (text.startsWith('43')) {
    const [reply] = JSON.parse(text.slice(text.indexOf('['))) as [WatchReply<BoardView>]
    if (!reply.ok) throw new Error(`The watch was refused: ${reply.problem.code}`)
    return { type: 'whole', fromSeq: 0, seq: reply.view.seq, counts: countsOf(reply.view.rows) }
  }
  if (text.startsWith('42["board:stale"')) return { type: 'stale', fromSeq: 0, seq: 0, counts: [] }
  if (!text.startsWith('42["board:patch"')) return null
  const [, patch] = JSON.parse(text.slice(2)) as [string, BoardPatch]
  return { type: 'patch', fromSeq: patch.fromSeq, seq: patch.seq, counts: countsOf(patch.changed) }
}

function countsOf(rows: BoardView['rows']): Shown['counts'] {
  return rows.map(({ memberId, value }) => ({ person: personIndex(memberId), events: (value ?? 0) / amountMinor }))
}
