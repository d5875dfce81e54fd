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
