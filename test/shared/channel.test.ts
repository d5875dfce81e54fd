import { expect, test } from 'vitest'
import { type ContestTimes, channelRound } from '#shared/channel.ts'

const now = 1_000_000_000
const contest = (id: string, phase: ContestTimes['phase'], startsInMs = -1000, endsInMs = 1000): ContestTimes => ({
  id,
  phase,
  startsAtMs: now + startsInMs,
  endsAtMs: now + endsInMs,
})
const names = (boards: string[], contests: ContestTimes[]) => channelRound(boards, contests, now).map(({ id }) => id)

test('without contests the boards take turns', () => {
  expect(names(['deals', 'calls'], [])).toEqual(['deals', 'calls'])
})

test('a live contest is every second slide', () => {
  expect(names(['deals', 'calls'], [contest('sprint', 'live')])).toEqual(['sprint', 'deals', 'sprint', 'calls'])
})

test('more live contests than boards are all seen', () => {
  expect(new Set(names(['deals'], [contest('a', 'live'), contest('b', 'closing'), contest('c', 'live')]))).toEqual(
    new Set(['a', 'b', 'c', 'deals']),
  )
})

test('a contest that starts soon or has just ended has one slide a round', () => {
  const contests = [
    contest('soon', 'scheduled', 10 * 60_000),
    contest('tomorrow', 'scheduled', 86_400_000),
    contest('ended', 'final', -7200_000, -600_000),
    contest('long-ago', 'final', -86_400_000, -80_000_000),
    contest('off', 'cancelled'),
  ]
  expect(names(['deals'], contests)).toEqual(['deals', 'soon', 'ended'])
})

test('with nothing to show the round is empty', () => {
  expect(names([], [])).toEqual([])
  expect(names([], [contest('only', 'live')])).toEqual(['only'])
})
