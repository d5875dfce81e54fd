import { expect, test } from 'vitest'
import type { PointsRule } from '#shared/points.ts'
import { createPreview, metricPreview, rulePreview } from '#shared/preview.ts'
import type { ScoringDefinitions } from '#shared/scoring.ts'
import { activity } from '../support/activity.ts'
import { metricOver, pointsMetric, revenueMetric } from '../support/metric.ts'

const rule: PointsRule = {
  id: 'deal-points',
  name: { en: 'Deal' },
  selection: { kinds: ['deal.won'], filter: [] },
  award: { type: 'fixed', points: 10 },
  weights: null,
  dailyCap: null,
  active: true,
}
const always = { memberships: [] }
const definitions: ScoringDefinitions = {
  zone: 'Europe/Berlin',
  currency: 'EUR',
  metrics: [pointsMetric, revenueMetric, metricOver('calls', 'call.made', 'count')],
  rules: [rule],
  people: new Map([
    ['ana', always],
    ['bo', always],
  ]),
}
const deals = ['a', 'b', 'c'].map((key) => activity({ key }))
const bos = activity({ key: 'd', credits: [{ personId: 'bo', weightBp: 10_000 }] })

function answer(question: Parameters<typeof createPreview>[0]) {
  const preview = createPreview(question)
  for (const one of [...deals, bos, activity({ key: 'e', kind: 'call.made', valueMinor: null })]) preview.add(one)
  return preview.answer((id) => id, 20, false)
}

test('a new rule is previewed by what it alone would have earned', () => {
  expect(answer(rulePreview(definitions, { ...rule, id: 'new' }, null))).toEqual({
    activities: 4,
    total: 40,
    byPerson: [
      { personId: 'ana', name: 'ana', before: 0, after: 30 },
      { personId: 'bo', name: 'bo', before: 0, after: 10 },
    ],
    cut: false,
  })
})

test('a changed rule is compared with what it earned before, daily cap included', () => {
  const { total, byPerson } = answer(rulePreview(definitions, { ...rule, dailyCap: 15 }, rule))
  expect(total).toBe(-15)
  expect(byPerson[0]).toEqual({ personId: 'ana', name: 'ana', before: 30, after: 15 })
})

test('a metric is previewed by its values, a formula over the metrics that it reads', () => {
  const doubled = { ...revenueMetric, id: 'new', slug: 'doubled', source: formula('revenue * 2') }
  expect(answer(metricPreview(definitions, doubled, null)).byPerson[0]).toMatchObject({
    personId: 'ana',
    after: 600_000,
  })
  const each = { ...revenueMetric, id: 'new', slug: 'each', source: formula('revenue / calls') }
  expect(answer(metricPreview(definitions, each, null)).byPerson).toEqual([
    { personId: 'ana', name: 'ana', before: 0, after: 300_000 },
    { personId: 'bo', name: 'bo', before: 0, after: 0 },
  ])
})

function formula(expression: string) {
  return { type: 'formula' as const, expression }
}
