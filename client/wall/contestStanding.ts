import type { BoardRow } from '#shared/contract/boardView.ts'
import type { ContestView } from '#shared/contract/contestView.ts'

export type Side = ContestView['sides'][number]

/** What two sides look like against each other. */
export interface Versus {
  /**
   * How far the line between them is pushed: 1 when the first side has everything, −1 when the second has, 0 when level.
   * It moves most near level, so that a small lead is seen and a large one still grows.
   */
  push: number
  /** Which side leads, `null` when level. */
  leader: 0 | 1 | null
  ahead: number
}

/** The standing of two sides. */
export function versus([a, b]: readonly [Side, Side]): Versus {
  const [x, y] = [Math.max(0, a.value), Math.max(0, b.value)]
  const lead = x + y === 0 ? 0 : (x - y) / (x + y)
  return {
    push: Math.sign(lead) * Math.sqrt(Math.abs(lead)),
    leader: a.value === b.value ? null : a.value > b.value ? 0 : 1,
    ahead: Math.abs(a.value - b.value),
  }
}

/** Whether a side won, lost or tied; `null` before the result. */
export function outcome(view: Pick<ContestView, 'phase' | 'result'>, side: Side): 'won' | 'lost' | 'tied' | null {
  if (view.phase !== 'final' || !view.result) return null
  const winners = view.result.winnerTeamIds
  if (!winners.includes(side.teamId)) return 'lost'
  return winners.length > 1 ? 'tied' : 'won'
}

/** The sides as rows of a board, the best first; equal values share a rank. Before the start nobody has a rank or value. */
export function sideRows({ sides, phase }: Pick<ContestView, 'sides' | 'phase'>): BoardRow[] {
  const begun = phase !== 'scheduled'
  const ordered = begun ? [...sides].sort((a, b) => b.value - a.value || (a.teamId < b.teamId ? -1 : 1)) : sides
  return ordered.map(({ teamId, name, color, value }, index) => {
    const above = ordered[index - 1]?.value ?? null
    return {
      memberId: teamId,
      kind: 'team',
      name,
      teamId,
      teamName: null,
      color,
      rank: begun ? 1 + ordered.findIndex((other) => other.value === value) : 0,
      value: begun ? value : null,
      second: null,
      gap: above === null || !begun ? null : above - value,
      decidedBy: begun && above === value ? 'shared' : 'value',
      movement: null,
      spark: [],
      lastAtMs: 0,
    }
  })
}
