import { expect, test } from 'vitest'
import {
  type ContestInput,
  contestCounts,
  contestInputSchema,
  contestMetricProblem,
  contestPhase,
  maxGraceMs,
} from '#shared/contest.ts'
import type { MetricSource } from '#shared/metric.ts'

const input: ContestInput = {
  name: { en: 'Spring sprint' },
  metricId: 'revenue',
  sides: [
    { teamId: 'north', name: 'North', color: 1, roster: ['ana', 'bo'] },
    { teamId: 'south', name: 'South', color: 2, roster: ['cy'] },
  ],
  startsAtMs: 1000,
  endsAtMs: 2000,
  graceMs: 500,
  aggregation: 'sum',
}
const times = { ...input, cancelledAtMs: null, finalAtMs: null }

function messages(changes: Record<string, unknown>): string[] {
  const parsed = contestInputSchema.safeParse({ ...input, ...changes })
  return parsed.success ? [] : parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
}

test('a contest that makes sense is taken', () => {
  expect(messages({})).toEqual([])
  expect(messages({ graceMs: maxGraceMs })).toEqual([])
})

test.each<[string, Record<string, unknown>, string]>([
  ['ends when it starts', { endsAtMs: 1000 }, 'endsAtMs: A contest ends after it starts'],
  ['lasts two years', { endsAtMs: 2 * 366 * 86_400_000 }, 'endsAtMs: A contest lasts at most 366 days'],
  ['has a grace beyond a week', { graceMs: maxGraceMs + 1 }, 'graceMs: The grace is at most 7 days'],
  ['has one side', { sides: [input.sides[0]] }, 'sides: A contest needs at least two sides'],
  ['has the same side twice', { sides: [input.sides[1], input.sides[1]] }, 'sides.1.teamId: South plays twice'],
  [
    'has someone on two sides',
    { sides: [input.sides[0], { ...input.sides[1], roster: ['cy', 'bo'] }] },
    'sides.1.roster.1: A person plays for one side only, this one for North already',
  ],
  [
    'has someone twice on a side',
    { sides: [input.sides[0], { ...input.sides[1], roster: ['cy', 'cy'] }] },
    'sides.1.roster.1: A person plays for one side only, this one for South already',
  ],
  [
    'has an empty side',
    { sides: [input.sides[0], { ...input.sides[1], roster: [] }] },
    'sides.1.roster: A side needs at least one person',
  ],
])('a contest that %s is refused', (_, changes, message) => {
  expect(messages(changes)).toContain(message)
})

test('unknown fields are refused', () => {
  expect(messages({ prize: 'car' })).toHaveLength(1)
})

test.each([
  [999, 'scheduled'],
  [1000, 'live'],
  [1999, 'live'],
  [2000, 'closing'],
  [2499, 'closing'],
  [2500, 'closing'],
  [9_999_999, 'closing'],
] as const)('at %d the contest is %s, whatever was down before', (nowMs, phase) => {
  expect(contestPhase(times, nowMs)).toBe(phase)
})

test('a stored result makes it final, and a cancelled one stays cancelled', () => {
  expect(contestPhase({ ...times, finalAtMs: 2500 }, 3000)).toBe('final')
  expect(contestPhase({ ...times, cancelledAtMs: 1500 }, 1600)).toBe('cancelled')
  expect(contestPhase({ ...times, cancelledAtMs: 1500 }, 9000)).toBe('cancelled')
  expect(contestPhase({ ...times, cancelledAtMs: 2600, finalAtMs: 2500 }, 9000)).toBe('final')
})

test.each([
  ['as the contest starts', 1000, 1000, 'ana', true],
  ['just before it starts', 999, 1000, 'ana', false],
  ['at its last instant', 1999, 1999, 'ana', true],
  ['as it ends', 2000, 2000, 'ana', false],
  ['in time but learned in the last instant of the grace', 1999, 2499, 'ana', true],
  ['in time but learned as the grace ends', 1999, 2500, 'ana', false],
  ['by someone who does not play', 1500, 1500, 'zoe', false],
] as const)('what is done %s counts or not', (_, occurredAtMs, recordedAtMs, personId, counts) => {
  expect(contestCounts({ occurredAtMs, recordedAtMs, personId }, input)).toBe(counts)
})

test('only metrics that add up over people, of which more is better, can decide a contest', () => {
  const selection = { kinds: ['deal.won'], filter: [] }
  const activity = (aggregate: 'sum' | 'count' | 'average' | 'distinct' | 'max'): MetricSource => ({
    type: 'activity',
    selection,
    aggregate,
    measure: 'valueMinor',
  })
  const problem = (source: MetricSource, direction: 'higher' | 'lower' = 'higher') =>
    contestMetricProblem({ source, direction })
  expect([problem({ type: 'points' }), problem(activity('sum')), problem(activity('count'))]).toEqual([
    null,
    null,
    null,
  ])
  for (const aggregate of ['average', 'distinct', 'max'] as const)
    expect(problem(activity(aggregate))).toMatch(/add up/)
  expect(problem({ type: 'formula', expression: 'a' })).toMatch(/add up/)
  expect(problem(activity('sum'), 'lower')).toMatch(/more is better/)
})
