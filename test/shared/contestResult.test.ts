import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalJson } from '#shared/canonical.ts'
import type { Contest } from '#shared/contest.ts'
import { type ContestFact, contestFactOf, contestMoves } from '#shared/contestFacts.ts'
import { compareSides, contestResult, isRestated, momentum, sideValue } from '#shared/contestResult.ts'
import type { PointsRule } from '#shared/points.ts'
import { activity } from '#test/support/activity.ts'
import { pointsMetric, revenueMetric } from '#test/support/metric.ts'

const minute = 60_000
const contest: Contest = {
  id: 'sprint',
  name: { en: 'Sprint' },
  metricId: 'revenue',
  metric: revenueMetric,
  rules: [],
  zone: 'Europe/Berlin',
  currency: 'EUR',
  sides: [
    { teamId: 'north', name: 'North', color: 1, roster: ['ana', 'bo'] },
    { teamId: 'south', name: 'South', color: 2, roster: ['cy'] },
  ],
  startsAtMs: 0,
  endsAtMs: 100 * minute,
  graceMs: 30 * minute,
  aggregation: 'sum',
  cancelledAtMs: null,
  finalAtMs: null,
}

const share = (personId: string, amount: number) => ({ personId, amount, ruleId: null, day: '1970-01-01' })

let made = 0
function fact(personId: string, amount: number, atMinute: number, more: Partial<ContestFact> = {}): ContestFact {
  made += 1
  const atMs = atMinute * minute
  return {
    activityKey: `a${made}`,
    revision: 1,
    occurredAtMs: atMs,
    recordedAtMs: atMs,
    shares: [share(personId, amount)],
    ...more,
  }
}

const totals = (facts: ContestFact[], changes: Partial<Contest> = {}) =>
  contestResult({ ...contest, ...changes }, facts).sides.map((side) => side.total)

test('the side that sold more wins', () => {
  const result = contestResult(contest, [fact('ana', 300, 10), fact('bo', 200, 20), fact('cy', 400, 30)])
  expect(result.sides.map((side) => side.total)).toEqual([500, 400])
  expect(result.winnerTeamIds).toEqual(['north'])
  expect(result.sides[0]?.people).toEqual([
    { personId: 'ana', value: 300 },
    { personId: 'bo', value: 200 },
  ])
})

test('per capita the small side can win', () => {
  const perHead = { ...contest, aggregation: 'per-capita' as const }
  const result = contestResult(perHead, [fact('ana', 300, 10), fact('bo', 200, 20), fact('cy', 400, 30)])
  expect(result.winnerTeamIds).toEqual(['south'])
  expect(result.sides.map((side) => sideValue(side, 'per-capita'))).toEqual([250, 400])
})

test('of two equal sides the one that got there first wins, by when it happened and not when it was learned', () => {
  const early = fact('cy', 400, 20, { recordedAtMs: 110 * minute })
  expect(contestResult(contest, [fact('ana', 400, 30), early]).winnerTeamIds).toEqual(['south'])
  expect(contestResult(contest, [fact('ana', 400, 20), fact('cy', 400, 20)]).winnerTeamIds).toEqual(['north', 'south'])
})

test('a contest in which nothing counted has no winner', () => {
  expect(contestResult(contest, [fact('zoe', 900, 10)]).winnerTeamIds).toEqual([])
})

test('the newest revision known before the close counts, also when it takes the deal out of the contest', () => {
  const first = fact('ana', 500, 10)
  const less = { ...first, revision: 2, recordedAtMs: 50 * minute, shares: [share('ana', 100)] }
  const moved = { ...first, revision: 3, recordedAtMs: 60 * minute, occurredAtMs: 200 * minute }
  const voided = { ...first, revision: 4, recordedAtMs: 129 * minute, shares: [] }
  const tooLate = { ...first, revision: 5, recordedAtMs: 130 * minute }
  expect(totals([first])).toEqual([500, 0])
  expect(totals([less, first])).toEqual([100, 0])
  expect(totals([moved, less, first])).toEqual([0, 0])
  expect(totals([first, voided])).toEqual([0, 0])
  expect(totals([first, less, tooLate])).toEqual([100, 0])
})

test('an older revision that arrives later does not count', () => {
  const first = fact('ana', 500, 10, { recordedAtMs: 90 * minute })
  const newer = { ...first, revision: 2, recordedAtMs: 20 * minute, shares: [share('ana', 1)] }
  expect(totals([newer, first])).toEqual([1, 0])
})

test('a fact learned after the close restates the result, and one that changes nothing does not', () => {
  const facts = [fact('ana', 300, 10), fact('cy', 200, 10)]
  const stored = contestResult(contest, facts)
  const late = fact('cy', 200, 40, { recordedAtMs: 131 * minute })
  const outside = fact('cy', 200, 101, { recordedAtMs: 131 * minute })
  const now = (more: ContestFact) => contestResult(contest, [...facts, more], Number.POSITIVE_INFINITY)
  expect(contestResult(contest, [...facts, late])).toEqual(stored)
  expect(isRestated(stored, now(late))).toBe(true)
  expect(isRestated(stored, now(outside))).toBe(false)
  expect(now(late).winnerTeamIds).toEqual(['south'])
})

test('a lead change is when another side leads alone', () => {
  const changes = (facts: ContestFact[]) => contestResult(contest, facts).leadChanges
  expect(changes([fact('ana', 100, 1)])).toBe(0)
  expect(changes([fact('ana', 100, 1), fact('cy', 100, 2)])).toBe(0)
  expect(changes([fact('ana', 100, 1), fact('cy', 100, 2), fact('ana', 1, 3)])).toBe(0)
  expect(changes([fact('ana', 100, 1), fact('cy', 101, 2), fact('ana', 2, 3)])).toBe(2)
  expect(changes([fact('ana', 100, 1), fact('cy', 200, 2), fact('ana', 200, 2)])).toBe(0)
})

test('momentum is what each side gained in the last ten minutes', () => {
  const moves = contestMoves(
    contest,
    [fact('ana', 5, 10), fact('ana', 7, 20), fact('cy', 3, 15), fact('cy', 9, 21)],
    1e9,
  )
  expect(momentum(contest, moves, 20 * minute)).toEqual([7, 3])
  expect(momentum(contest, moves, 40 * minute)).toEqual([0, 0])
})

test('a shared deal gives each side its players’ weight, and nobody the weight of someone who does not play', () => {
  const credits = [
    { personId: 'ana', weightBp: 5000 },
    { personId: 'zoe', weightBp: 3000 },
    { personId: 'cy', weightBp: 2000 },
  ]
  const deal = activity({ credits, valueMinor: 1001, occurredAtMs: minute, recordedAtMs: minute })
  expect(totals([contestFactOf(contest, deal)])).toEqual([501, 200])
  expect(totals([contestFactOf(contest, { ...deal, voided: true })])).toEqual([0, 0])
  expect(totals([contestFactOf(contest, { ...deal, currency: 'USD' })])).toEqual([0, 0])
})

test('a daily cap holds in a contest on points', () => {
  const rule: PointsRule = {
    id: 'calls',
    name: { en: 'Calls' },
    selection: { kinds: ['call.made'], filter: [] },
    award: { type: 'fixed', points: 2 },
    weights: null,
    dailyCap: 5,
    active: true,
  }
  const onPoints: Contest = { ...contest, metricId: 'points', metric: pointsMetric, rules: [rule] }
  const call = (personId: string, at: number) =>
    contestFactOf(
      onPoints,
      activity({
        key: `call-${personId}-${at}`,
        kind: 'call.made',
        credits: [{ personId, weightBp: 10_000 }],
        occurredAtMs: at * minute,
        recordedAtMs: at * minute,
      }),
    )
  const facts = [1, 2, 3, 4].map((at) => call('ana', at)).concat(call('bo', 1), call('cy', 9))
  expect(contestResult(onPoints, facts).sides.map((side) => side.total)).toEqual([7, 2])
})

test('per capita is compared exactly, beyond what fractions can tell apart', () => {
  const side = (total: number, rosterSize: number) => ({
    teamId: `t${rosterSize}`,
    total,
    rosterSize,
    reachedAtMs: 0,
    people: [],
  })
  const [a, b] = [side(9_007_199_254_740_991, 3), side(6_004_799_503_160_661, 2)]
  expect(a.total / a.rosterSize).toBe(b.total / b.rosterSize)
  expect(compareSides(a, b, 'per-capita')).toBe(1)
})

const facts = fc.array(
  fc.record({
    activityKey: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
    revision: fc.integer({ min: 1, max: 4 }),
    personId: fc.constantFrom('ana', 'bo', 'cy', 'zoe'),
    amount: fc.integer({ min: -50, max: 200 }),
    atMinute: fc.integer({ min: -5, max: 105 }),
    lateMinutes: fc.integer({ min: 0, max: 60 }),
    voided: fc.boolean(),
  }),
  { maxLength: 20 },
)

test('any order and any duplication of the same facts give the same result, to the byte', () => {
  fc.assert(
    fc.property(facts, fc.infiniteStream(fc.nat()), fc.constantFrom('sum', 'per-capita'), (rows, dice, aggregation) => {
      const known = new Map<string, ContestFact>()
      for (const { activityKey, revision, personId, amount, atMinute, lateMinutes, voided } of rows) {
        const made = fact(personId, amount, atMinute, { activityKey, revision })
        const recordedAtMs = made.recordedAtMs + lateMinutes * minute
        known.set(`${activityKey}${revision}`, { ...made, recordedAtMs, ...(voided ? { shares: [] } : {}) })
      }
      const once = [...known.values()]
      const shuffled = once
        .flatMap((one) => (Number(dice.next().value) % 2 ? [one, one] : [one]))
        .map((one) => ({ one, place: Number(dice.next().value) }))
        .sort((a, b) => a.place - b.place)
        .map(({ one }) => one)
      const result = contestResult({ ...contest, aggregation }, once)
      expect(canonicalJson(contestResult({ ...contest, aggregation }, shuffled))).toBe(canonicalJson(result))
      for (const side of result.sides) expect(side.people.reduce((sum, one) => sum + one.value, 0)).toBe(side.total)
    }),
    { numRuns: 500 },
  )
})

test('canonical JSON has one text for one meaning and refuses fractions', () => {
  expect(canonicalJson({ b: [1, -0, null], a: { '"': true, A: 'ü' } })).toBe(
    '{"a":{"\\"":true,"A":"ü"},"b":[1,0,null]}',
  )
  expect(() => canonicalJson({ a: 0.5 })).toThrow('canonical.not-integer')
  expect(() => canonicalJson([Number.NaN])).toThrow('canonical.not-integer')
})
