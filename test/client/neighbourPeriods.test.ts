import { expect, test } from 'vitest'
import { type Cycle, periodInstants, periodOf } from '#shared/period.ts'
import { neighbourPeriods } from '../../client/boards/neighbourPeriods.ts'
import { newBoard } from '../../client/boards/newBoard.ts'

const calendar = { weekStart: 1, fiscalYearStartMonth: 1, fiscalCalendar: 'months' as const }
const zone = 'America/Sao_Paulo'

function around(cycle: Cycle, day: string, current = false) {
  const period = periodOf(day, cycle, calendar)
  if (!period) throw new Error('No such period')
  const view = {
    board: { ...newBoard([]), id: 'b', cycle },
    zone,
    period: { key: period.key, ...periodInstants(period, zone), current },
  }
  return neighbourPeriods(view, calendar)
}

test('one steps from a period to the one before and after it', () => {
  expect(around({ every: 'day' }, '2026-03-01')).toEqual({ previous: '2026-02-28', next: '2026-03-02' })
  expect(around({ every: 'month' }, '2026-01-15')).toEqual({ previous: '2025-12', next: '2026-02' })
  expect(around({ every: 'week' }, '2026-11-25')).toEqual({ previous: 'w2026-11-16', next: 'w2026-11-30' })
  expect(around({ every: 'rolling', days: 7 }, '2026-11-22')).toEqual({
    previous: 'r7-2026-11-21',
    next: 'r7-2026-11-23',
  })
})

test('there is nothing after the current period, and all time and seasons stand alone', () => {
  expect(around({ every: 'quarter' }, '2026-11-22', true)).toEqual({ previous: '2026-q3', next: null })
  expect(around({ every: 'all' }, '2026-11-22')).toEqual({ previous: null, next: null })
})
