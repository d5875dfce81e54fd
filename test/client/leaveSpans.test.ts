import { expect, test } from 'vitest'
import { daysBetween, leaveSpans } from '../../client/people/leaveSpans.ts'

test('days off in a row are one leave, over the end of a month too', () => {
  expect(leaveSpans(['2026-12-01', '2026-11-29', '2026-11-30', '2026-12-24'])).toEqual([
    { from: '2026-11-29', to: '2026-12-01' },
    { from: '2026-12-24', to: '2026-12-24' },
  ])
})

test('a leave is its days, the last included, and never more than a year of them', () => {
  expect(daysBetween('2026-02-27', '2026-03-01')).toEqual(['2026-02-27', '2026-02-28', '2026-03-01'])
  expect(daysBetween('2026-03-02', '2026-03-01')).toEqual([])
  expect(daysBetween('2026-01-01', '2999-01-01')).toHaveLength(366)
})
