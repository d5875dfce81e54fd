import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Metric } from '#shared/metric.ts'
import type { Award, PointsRule } from '#shared/points.ts'
import { type ScoringDefinitions, splitByWeight, worthOf } from '#shared/scoring.ts'
import { activity } from '#test/support/activity.ts'
import { metricOver, pointsMetric, revenueMetric } from '#test/support/metric.ts'

const wins = metricOver('wins', 'deal.won', 'count')
const biggest = metricOver('biggest', 'deal.won', 'max', 'valueMinor')
const accounts = metricOver('accounts', 'deal.won', 'distinct', 'attributes.account')

function definitions(rules: PointsRule[] = [], metrics: Metric[] = [wins, revenueMetric, biggest, accounts]) {
  const people = new Map(['ana', 'bo', 'cy'].map((id) => [id, { memberships: [] }]))
  return { zone: 'Asia/Shanghai', currency: 'EUR', metrics: [...metrics, pointsMetric], rules, people }
}

function rule(award: Award, changes: Partial<PointsRule> = {}): PointsRule {
  const selection = { kinds: ['deal.won'], filter: [] }
  return { id: 'r', name: { en: 'Deal' }, selection, award, weights: null, dailyCap: null, active: true, ...changes }
}

const points = (award: Award, changes = {}, rest: Partial<PointsRule> = {}) =>
  worthOf(activity(changes), definitions([rule(award, rest)], []))
    .flatMap((draft) => draft.lines)
    .reduce((sum, line) => sum + line.amount, 0)

const amounts = (changes: Parameters<typeof activity>[0], given: ScoringDefinitions = definitions()) =>
  worthOf(activity(changes), given).map(({ personId, lines }) => [
    personId,
    ...lines.map(({ metricId, amount }) => `${metricId} ${amount}`),
  ])

const shared = [
  { personId: 'ana', weightBp: 5000 },
  { personId: 'bo', weightBp: 3000 },
  { personId: 'cy', weightBp: 2000 },
]

test('a shared deal is one deal, its money is split to the cent, and everyone had the big one', () => {
  expect(amounts({ credits: shared, valueMinor: 1001 })).toEqual([
    ['ana', 'wins 1', 'revenue 501', 'biggest 1001'],
    ['bo', 'revenue 300', 'biggest 1001'],
    ['cy', 'revenue 200', 'biggest 1001'],
  ])
})

test.each([
  ['voided', { voided: true }],
  ['quarantined', { evidence: 'quarantined' as const }],
  ['of another kind', { kind: 'call.made' }],
  ['of someone unknown', { credits: [{ personId: 'zoe', weightBp: 10_000 }] }],
])('an activity that is %s is worth nothing', (_, changes) => {
  expect(amounts(changes)).toEqual([])
})

test('a name that is cut amid a character is the same account when it is read again', () => {
  const [draft] = worthOf(activity({ attributes: { account: `${'x'.repeat(199)}😀` } }), definitions([], [accounts]))
  const stored = JSON.parse(Buffer.from(JSON.stringify(draft?.lines)).toString())
  expect(stored[0].key).toBe(`${'x'.repeat(199)}\ufffd`)
})

test('money in another currency is no money here, but the deal is a deal', () => {
  expect(amounts({ currency: 'USD' })).toEqual([['ana', 'wins 1']])
})

test('a measure beyond what adds up exactly is none', () => {
  const seats = metricOver('seats', 'deal.won', 'sum', 'attributes.seats')
  const given = definitions([], [wins, seats])
  expect(amounts({ attributes: { seats: 1e300 } }, given)).toEqual([['ana', 'wins 1']])
  expect(amounts({ attributes: { seats: 12.5 } }, given)).toEqual([['ana', 'wins 1', 'seats 13']])
})

test('the local day is the organization’s, not UTC’s', () => {
  const [late] = worthOf(activity({ occurredAtMs: Date.parse('2026-11-20T16:00:00Z') }), definitions())
  expect(late?.day).toBe('2026-11-21')
})

test('points are fixed, by value, by quantity, or by formula', () => {
  expect(points({ type: 'fixed', points: 100 })).toBe(100)
  expect(points({ type: 'per-value', points: 2, everyMinor: 30_000 })).toBe(6)
  expect(points({ type: 'per-quantity', points: 3, every: 2 }, { quantity: 5 })).toBe(6)
  const formula = (expression: string): Award => ({ type: 'formula', expression })
  expect(points(formula('value_minor / 10000 + quantity'))).toBe(11)
  expect(points(formula('when(attributes.segment == "key", 50, 5)'), { attributes: { segment: 'key' } })).toBe(50)
  expect(points(formula('min(30, attributes.seats / 3)'), { attributes: { seats: 10 } })).toBe(3)
  expect(points(formula('value_minor / 10000'), { currency: 'USD' })).toBe(0)
})

test.each(['1 / 0', 'attributes.missing * 2', 'not a formula', 'attributes.constructor * 1'])(
  'an award by the formula "%s" gives no points',
  (expression) => {
    expect(points({ type: 'formula', expression })).toBe(0)
  },
)

test('an award has a largest size, so that points always add up exactly', () => {
  expect(points({ type: 'formula', expression: 'value_minor * value_minor' }, { valueMinor: 1e13 })).toBe(1e9)
  expect(points({ type: 'formula', expression: '0 - value_minor * value_minor' }, { valueMinor: 1e13 })).toBe(-1e9)
})

test('a segment weighs, and one that is not listed counts in full', () => {
  const weights = { attribute: 'segment', percentByValue: { key: 150, small: 50 } }
  const by = (segment?: string) =>
    points({ type: 'fixed', points: 7 }, { attributes: segment ? { segment } : {} }, { weights })
  expect([by('key'), by('small'), by('other'), by('constructor'), by()]).toEqual([10, 3, 7, 7, 7])
})

test('shares always add up to the whole, and none is more than one away from its exact part', () => {
  const weights = fc.array(fc.integer({ min: 1, max: 10_000 }), { minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(fc.integer({ min: -1e13, max: 1e13 }), weights, (amount, parts) => {
      const credits = parts.map((weightBp, index) => ({ personId: `p${index}`, weightBp }))
      const total = parts.reduce((sum, part) => sum + part, 0)
      const shares = splitByWeight(amount, credits)
      expect(shares.reduce((sum, share) => sum + share, 0)).toBe(amount)
      for (const [index, share] of shares.entries())
        expect(Math.abs(share - (amount * (parts[index] ?? 0)) / total)).toBeLessThanOrEqual(1.01)
    }),
  )
})
