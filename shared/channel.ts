import type { ContestPhase } from './contract/contestView.ts'

/** One picture of a wall's playlist. */
export type Slide = { is: 'board'; id: string } | { is: 'contest'; id: string }

/** What a playlist needs to know of a contest. */
export interface ContestTimes {
  id: string
  phase: ContestPhase
  startsAtMs: number
  endsAtMs: number
}

const soonMs = 15 * 60_000
const resultMs = 60 * 60_000

/**
 * The round of a channel: every board once. While contests are live or counting, one of them is every second slide; one
 * that starts within 15 minutes or ended within the hour has one slide a round.
 */
export function channelRound(boardIds: readonly string[], contests: readonly ContestTimes[], nowMs: number): Slide[] {
  const running = contests.filter((contest) => contest.phase === 'live' || contest.phase === 'closing')
  const nearby = contests.filter(
    (contest) =>
      (contest.phase === 'scheduled' && contest.startsAtMs - nowMs <= soonMs) ||
      (contest.phase === 'final' && nowMs - contest.endsAtMs <= resultMs),
  )
  const calm: Slide[] = [
    ...boardIds.map((id) => ({ is: 'board', id }) as const),
    ...nearby.map(({ id }) => ({ is: 'contest', id }) as const),
  ]
  if (running.length === 0) return calm
  // Every running contest is seen in a round, also when there are more of them than boards.
  const rounds = Math.max(calm.length, running.length)
  return Array.from({ length: rounds }, (_, index): Slide[] => {
    const contest = running[index % running.length]
    const other = calm[index % Math.max(1, calm.length)]
    return [...(contest ? [{ is: 'contest', id: contest.id } as const] : []), ...(other ? [other] : [])]
  }).flat()
}
