import type { ContestView } from '#shared/contract/contestView.ts'

export type Side = ContestView['sides'][number]

/** What two sides look like against each other. */
export interface Versus {
  /** How much of the field the first side holds, 0.2–0.8: also the one behind keeps a place to stand. */
  share: number
  /** Which side leads, `null` when level. */
  leader: 0 | 1 | null
  ahead: number
}

/** The standing of two sides. */
export function versus([a, b]: readonly [Side, Side]): Versus {
  const [x, y] = [Math.max(0, a.value), Math.max(0, b.value)]
  const share = x + y === 0 ? 0.5 : x / (x + y)
  return {
    share: Math.min(0.8, Math.max(0.2, share)),
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
