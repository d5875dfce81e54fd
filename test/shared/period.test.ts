import { expect, test } from 'vitest'
import {
  addDays,
  type Cycle,
  cycleSchema,
  dayOfPeriodKey,
  type PeriodCalendar,
  periodOf,
  weekday,
} from '#shared/period.ts'

const calendar: PeriodCalendar = { weekStart: 1, fiscalYearStartMonth: 1, fiscalCalendar: 'months' }
const period = (day: string, cycle: Cycle, changes: Partial<PeriodCalendar> = {}) =>
  periodOf(day, cycle, { ...calendar, ...changes })

test.each<[string, Cycle, Partial<PeriodCalendar>, string, string | null, string | null]>([
  ['2024-02-29', { every: 'day' }, {}, '2024-02-29', '2024-02-29', '2024-03-01'],
  ['2026-11-22', { every: 'week' }, {}, 'w2026-11-16', '2026-11-16', '2026-11-23'],
  ['2026-11-22', { every: 'week' }, { weekStart: 7 }, 'w2026-11-22', '2026-11-22', '2026-11-29'],
  ['2027-01-01', { every: 'week' }, {}, 'w2026-12-28', '2026-12-28', '2027-01-04'],
  ['2024-02-29', { every: 'month' }, {}, '2024-02', '2024-02-01', '2024-03-01'],
  ['2026-12-31', { every: 'month' }, {}, '2026-12', '2026-12-01', '2027-01-01'],
  ['2026-12-31', { every: 'quarter' }, {}, '2026-q4', '2026-10-01', '2027-01-01'],
  ['2024-02-29', { every: 'year' }, {}, '2024', '2024-01-01', '2025-01-01'],
  ['2026-03-31', { every: 'fiscal-year' }, { fiscalYearStartMonth: 4 }, 'fy2025', '2025-04-01', '2026-04-01'],
  ['2026-04-01', { every: 'fiscal-quarter' }, { fiscalYearStartMonth: 4 }, 'fy2026-q1', '2026-04-01', '2026-07-01'],
  ['2027-03-31', { every: 'fiscal-quarter' }, { fiscalYearStartMonth: 4 }, 'fy2026-q4', '2027-01-01', '2027-04-01'],
  ['2026-01-15', { every: 'fiscal-quarter' }, { fiscalYearStartMonth: 12 }, 'fy2025-q1', '2025-12-01', '2026-03-01'],
  ['2026-11-22', { every: 'rolling', days: 7 }, {}, 'r7-2026-11-22', '2026-11-16', '2026-11-23'],
  [
    '2026-11-22',
    { every: 'custom', from: '2026-11-01', to: '2026-12-01' },
    {},
    's2026-11-01',
    '2026-11-01',
    '2026-12-01',
  ],
  ['2026-11-22', { every: 'all' }, {}, 'all', null, null],
])('%s in cycle %j is in its period', (day, cycle, changes, key, fromDay, toDay) => {
  expect(period(day, cycle, changes)).toEqual({ key, fromDay, toDay })
})

test('the day a season ends on is outside it', () => {
  expect(period('2026-12-01', { every: 'custom', from: '2026-11-01', to: '2026-12-01' })).toBeNull()
})

test('a season that ends before it begins is refused', () => {
  expect(cycleSchema.safeParse({ every: 'custom', from: '2026-12-01', to: '2026-11-01' }).success).toBe(false)
  expect(cycleSchema.safeParse({ every: 'custom', from: '2026-11-01', to: '2026-11-02' }).success).toBe(true)
})

test('a 4-4-5 year begins on the week start nearest to the first of its month, and some have 53 weeks', () => {
  const year = (day: string) => period(day, { every: 'fiscal-year' }, { fiscalCalendar: '445', weekStart: 1 })
  expect(year('2026-06-01')).toEqual({ key: 'fy2026', fromDay: '2025-12-29', toDay: '2027-01-04' })
  expect(year('2025-06-01')).toEqual({ key: 'fy2025', fromDay: '2024-12-30', toDay: '2025-12-29' })
  const last = period('2027-01-03', { every: 'fiscal-quarter' }, { fiscalCalendar: '445', weekStart: 1 })
  expect(last).toEqual({ key: 'fy2026-q4', fromDay: '2026-09-28', toDay: '2027-01-04' })
})

/** Every period of a cycle met while walking day by day over the years. */
function tiles(
  cycle: Cycle,
  changes: Partial<PeriodCalendar>,
): Map<string, { from: string; to: string; days: string[] }> {
  const found = new Map<string, { from: string; to: string; days: string[] }>()
  for (let day = '2023-06-01'; day < '2027-06-01'; day = addDays(day, 1)) {
    const at = period(day, cycle, changes)
    if (!at?.fromDay || !at.toDay) throw new Error(`${day} is in no period`)
    const tile = found.get(at.key) ?? { from: at.fromDay, to: at.toDay, days: [] }
    if (tile.from !== at.fromDay || tile.to !== at.toDay) throw new Error(`${at.key} has two windows`)
    tile.days.push(day)
    found.set(at.key, tile)
  }
  return found
}

const months = [...Array(12).keys()].map((month) => month + 1)
const weekdays = [1, 2, 3, 4, 5, 6, 7]
const variants: [Cycle, Partial<PeriodCalendar>][] = [
  ...(['day', 'month', 'quarter', 'year'] as const).map((every): [Cycle, Partial<PeriodCalendar>] => [{ every }, {}]),
  ...weekdays.map((weekStart): [Cycle, Partial<PeriodCalendar>] => [{ every: 'week' }, { weekStart }]),
  ...(['fiscal-quarter', 'fiscal-year'] as const).flatMap((every) =>
    months.flatMap((fiscalYearStartMonth): [Cycle, Partial<PeriodCalendar>][] => [
      [{ every }, { fiscalYearStartMonth }],
      [{ every }, { fiscalYearStartMonth, fiscalCalendar: '445', weekStart: 1 + (fiscalYearStartMonth % 7) }],
    ]),
  ),
]

test.each(variants)('periods of %j with %j follow each other without gap or overlap', (cycle, changes) => {
  const all = [...tiles(cycle, changes).values()]
  for (const [index, tile] of all.entries()) {
    const next = all[index + 1]
    if (next) expect(next.from).toBe(tile.to)
    if (index === 0 || !next) continue
    expect(tile.days[0]).toBe(tile.from)
    expect(addDays(tile.days.at(-1) ?? '', 1)).toBe(tile.to)
  }
})

test('4-4-5 years have 52 or 53 whole weeks and quarters of 13, the last one of 13 or 14', () => {
  for (const weekStart of weekdays)
    for (const fiscalYearStartMonth of months) {
      const changes = { weekStart, fiscalYearStartMonth, fiscalCalendar: '445' } as const
      const lengths = (every: 'fiscal-year' | 'fiscal-quarter') => {
        const weeks = new Map<string, number>()
        let at = period('2019-06-01', { every }, changes)
        while (at?.fromDay && at.toDay && at.toDay < '2033-01-01') {
          expect(weekday(at.fromDay)).toBe(weekStart)
          weeks.set(at.key, (Date.parse(at.toDay) - Date.parse(at.fromDay)) / (7 * 86_400_000))
          at = period(at.toDay, { every }, changes)
        }
        return weeks
      }
      const years = lengths('fiscal-year')
      expect(new Set(years.values())).toEqual(new Set([52, 53]))
      for (const [key, weeks] of lengths('fiscal-quarter')) {
        const yearWeeks = years.get(key.slice(0, 6))
        if (yearWeeks !== undefined) expect(weeks).toBe(key.endsWith('q4') ? yearWeeks - 39 : 13)
      }
    }
})

test('a period is found again by its key', () => {
  const all: [Cycle, Partial<PeriodCalendar>][] = [
    ...variants,
    [{ every: 'all' }, {}],
    [{ every: 'rolling', days: 30 }, {}],
    [{ every: 'custom', from: '2023-01-01', to: '2028-01-01' }, {}],
  ]
  for (const [cycle, changes] of all)
    for (let day = '2023-12-20'; day < '2025-01-20'; day = addDays(day, 5)) {
      const at = period(day, cycle, changes)
      const found = dayOfPeriodKey(at?.key ?? '', cycle, { ...calendar, ...changes })
      if (found === null || period(found, cycle, changes)?.key !== at?.key) throw new Error(`${at?.key} is lost`)
    }
})

test.each([
  '',
  'all',
  '9999',
  '9999-12',
  '0000',
  '0000-00',
  '2026-13',
  '2026-q5',
  'w2026-02-30',
  'fy9999-q4',
  'r7-2026-11-22',
  '2026-1',
  '-1',
])('the key "%s" names no month, quarter, week or fiscal year that could be asked for', (key) => {
  for (const every of ['day', 'week', 'month', 'quarter', 'year', 'fiscal-quarter', 'fiscal-year'] as const)
    expect(dayOfPeriodKey(key, { every }, { ...calendar, fiscalCalendar: '445' })).toBeNull()
})
