import { expect, test } from 'vitest'
import { badgeSchema } from '#shared/badge.ts'
import { boardSchema } from '#shared/board.ts'
import { defaultDefinitions } from '#shared/defaults.ts'
import { formulaOrder } from '#shared/formulaOrder.ts'
import { metricSchema } from '#shared/metric.ts'
import { minorDigits, toMinor } from '#shared/money.ts'
import { pointsRuleSchema } from '#shared/points.ts'
import { worthOf } from '#shared/scoring.ts'
import { streakSchema } from '#shared/streak.ts'
import { activity } from '#test/support/activity.ts'

const newId = (name: string) => name.replace(/[^A-Za-z0-9-]/g, '_')
const fresh = defaultDefinitions(newId, { currency: 'EUR' })

test('everything that a fresh organization gets is valid and named in both languages', () => {
  for (const metric of fresh.metrics) expect(metricSchema.parse(metric)).toEqual(metric)
  for (const rule of fresh.rules) expect(pointsRuleSchema.parse(rule)).toEqual(rule)
  for (const board of fresh.boards) expect(boardSchema.parse(board)).toEqual(board)
  for (const badge of fresh.badges) expect(badgeSchema.parse(badge)).toEqual(badge)
  for (const streak of fresh.streaks) expect(streakSchema.parse(streak)).toEqual(streak)
  for (const { name } of Object.values(fresh).flat()) expect(name.en && name['zh-CN']).toBeTruthy()
})

test('ids and slugs are unique, and everything points at a metric that is there', () => {
  const all: { id: string }[] = Object.values(fresh).flat()
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length)
  expect(new Set(fresh.metrics.map(({ slug }) => slug)).size).toBe(fresh.metrics.length)
  const metricIds = new Set(fresh.metrics.map(({ id }) => id))
  const pointed = [
    ...fresh.boards.flatMap(({ metricId, secondMetricId }) => [metricId, secondMetricId]),
    ...[...fresh.badges, ...fresh.streaks].map(({ metricId }) => metricId),
  ]
  for (const id of pointed) expect(metricIds).toContain(id)
  expect(formulaOrder(fresh.metrics).problems).toEqual([])
})

test('a fresh organization has at least five boards, of people and of teams, over several periods', () => {
  expect(fresh.boards.length).toBeGreaterThanOrEqual(5)
  expect(new Set(fresh.boards.map(({ audience }) => audience.of))).toEqual(new Set(['people', 'teams']))
  expect(new Set(fresh.boards.map(({ cycle }) => cycle.every)).size).toBeGreaterThanOrEqual(5)
})

test('a won deal of 1,250.00 scores on every board that it should', () => {
  const deal = activity({ valueMinor: 125_000 })
  const people = new Map([['ana', { memberships: [] }]])
  const [draft] = worthOf(deal, { zone: 'UTC', currency: 'EUR', metrics: fresh.metrics, rules: fresh.rules, people })
  const worth = Object.fromEntries(
    fresh.metrics.map(({ id, slug }) => [
      slug,
      draft?.lines.filter((line) => line.metricId === id).reduce((sum, line) => sum + line.amount, 0),
    ]),
  )
  expect(worth).toMatchObject({ deals_won: 1, revenue: 125_000, deal_size: 125_000, points: 112, calls: 0 })
})

test('money has as many digits as its currency', () => {
  expect(['EUR', 'CNY', 'JPY', 'KWD'].map(minorDigits)).toEqual([2, 2, 0, 3])
  expect(toMinor(5, 'EUR')).toBe(500)
  expect(minorDigits('ZZZ')).toBe(2)
})
