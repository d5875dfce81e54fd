import { expect, test } from 'vitest'
import { formulaOrder } from '#shared/formulaOrder.ts'
import type { Aggregate, Metric, MetricSource } from '#shared/metric.ts'
import { emptySummary, type Summary } from '#shared/summary.ts'
import { compileValues, metricValue } from '#shared/value.ts'

const three: Summary = { entries: 5, count: 3, sum: 100, max: 70, lastAtMs: 9, keys: { acme: 2, globex: 1, gone: 0 } }

function metric(slug: string, source: MetricSource | string): Metric {
  const rest = { unit: 'count', direction: 'higher', class: 'result', active: true } as const
  const given = typeof source === 'string' ? { type: 'formula' as const, expression: source } : source
  return { id: `id-${slug}`, slug, name: { en: slug }, source: given, ...rest }
}

function activity(aggregate: Aggregate): Exclude<MetricSource, { type: 'formula' }> {
  return { type: 'activity', selection: { kinds: ['deal.won'], filter: [] }, aggregate, measure: 'valueMinor' }
}

test.each<[Aggregate, number]>([
  ['count', 3],
  ['sum', 100],
  ['average', 100 / 3],
  ['max', 70],
  ['distinct', 2],
])('the %s of a summary', (aggregate, expected) => {
  expect(metricValue(activity(aggregate), three)).toBe(expected)
  expect(metricValue(activity(aggregate), emptySummary())).toBeNull()
})

test('points are the sum of their lines, below zero too', () => {
  expect(metricValue({ type: 'points' }, { ...three, sum: -20 })).toBe(-20)
  expect(metricValue({ type: 'points' }, { ...emptySummary(), entries: 2 })).toBeNull()
})

const won = metric('deals_won', activity('count'))
const proposals = metric('proposals', activity('count'))
const dealSize = metric('deal_size', activity('average'))
const winRate = metric('win_rate', 'deals_won * 100 / proposals')
const overall = metric('overall', 'win_rate + deal_size')

function valued(metrics: Metric[], wanted: Metric, summaries: Record<string, Partial<Summary>>) {
  return compileValues(metrics).value(wanted.id, (id) => ({
    ...emptySummary(),
    ...summaries[id.replace('id-', '')],
  }))
}

test('a win rate is worked out from folded counts, not from the rates of days', () => {
  const all = [winRate, won, proposals]
  expect(valued(all, winRate, { deals_won: { count: 3 }, proposals: { count: 8 } })).toBe(37.5)
  expect(valued(all, winRate, { proposals: { count: 8 } })).toBe(0)
  expect(valued(all, winRate, { deals_won: { count: 3 } })).toBeNull()
  expect(valued(all, winRate, {})).toBeNull()
})

test('a formula may read other formulas, and has no value where an average it reads has none', () => {
  const all = [overall, winRate, dealSize, won, proposals]
  const counts = { deals_won: { count: 1 }, proposals: { count: 2 } }
  expect(valued(all, overall, { ...counts, deal_size: { count: 2, sum: 30 } })).toBe(65)
  expect(valued(all, overall, counts)).toBeNull()
  expect(compileValues(all).inputs(overall.id)).toEqual(new Set([won, proposals, dealSize].map(({ id }) => id)))
  expect(compileValues(all).inputs(won.id)).toEqual(new Set([won.id]))
})

test('formulas that read each other in a circle are refused by name, and the others still work', () => {
  const circle = [metric('a', 'b + 1'), metric('b', 'c + 1'), metric('c', 'a'), metric('d', 'a + 1'), metric('e', 'e')]
  const { order, problems } = formulaOrder([...circle, winRate, won, proposals])
  expect(order.map((one) => one.metric.slug)).toEqual(['win_rate'])
  expect(problems.map(({ metricId, code }) => [metricId, code])).toEqual(
    ['a', 'b', 'c', 'd', 'e'].map((slug) => [`id-${slug}`, 'formula.cycle']),
  )
  expect(problems[0]?.message).toContain('a → b → c → a')
  expect(valued([...circle, won], circle[0] as Metric, { deals_won: { count: 1 } })).toBeNull()
})

test('a formula whose metric was deleted has no value and says why; so has one that reads it', () => {
  const { order, problems } = formulaOrder([metric('above', 'win_rate * 2'), winRate, won])
  expect(order).toEqual([])
  expect(problems.map(({ code }) => code)).toEqual(['formula.unknown-variable', 'formula.unknown-variable'])
  expect(valued([winRate, won], winRate, { deals_won: { count: 1 } })).toBeNull()
})

test('formulas stacked forty high, each read twice by the next, cost forty steps', () => {
  const stack = [...Array(40).keys()].map((level) =>
    metric(`f${level}`, level === 0 ? 'deals_won' : `f${level - 1} + f${level - 1}`),
  )
  expect(valued([...stack, won], stack[39] as Metric, { deals_won: { count: 1 } })).toBe(2 ** 39)
})
