import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addDays, dayStartMs, localDay, periodInstants } from '#shared/period.ts'
import { localDaySchema } from '#shared/schema.ts'

const hourMs = 3_600_000

test.each([
  ['2026-03-29', 'Europe/Berlin', 23],
  ['2026-10-25', 'Europe/Berlin', 25],
  ['2026-03-08', 'America/New_York', 23],
  ['2026-11-01', 'America/New_York', 25],
  ['2026-10-04', 'Australia/Lord_Howe', 23.5],
  ['2026-11-22', 'Asia/Shanghai', 24],
  ['2018-11-04', 'America/Sao_Paulo', 23],
  ['2026-03-08', 'America/Havana', 23],
  ['2011-12-30', 'Pacific/Apia', 0],
])('%s in %s lasts %d hours', (day, zone, hours) => {
  const { fromMs, toMs } = periodInstants({ fromDay: day, toDay: addDays(day, 1) }, zone)
  expect((Number(toMs) - Number(fromMs)) / hourMs).toBe(hours)
})

test('a day whose midnight the clock skips begins at one in the morning', () => {
  expect(new Date(dayStartMs('2018-11-04', 'America/Sao_Paulo')).toISOString()).toBe('2018-11-04T03:00:00.000Z')
  expect(localDay(Date.parse('2018-11-04T02:59:59.999Z'), 'America/Sao_Paulo')).toBe('2018-11-03')
  expect(localDay(Date.parse('2018-11-04T03:00:00Z'), 'America/Sao_Paulo')).toBe('2018-11-04')
})

test('all time is without bounds', () => {
  expect(periodInstants({ fromDay: null, toDay: null }, 'UTC')).toEqual({ fromMs: null, toMs: null })
})

const zones = fc
  .constantFrom('America/New_York', 'America/Sao_Paulo', 'Asia/Shanghai', 'Asia/Beirut', 'America/Havana')
  .chain((zone) => fc.constantFrom(zone, 'Africa/Cairo', 'Europe/London', 'Asia/Kathmandu', 'Pacific/Apia', 'UTC'))
const instants = fc.integer({ min: 0, max: Date.UTC(2199, 11, 30) })

test('an instant lies within the window of its local day', () => {
  fc.assert(
    fc.property(instants, zones, (atMs, zone) => {
      const day = localDay(atMs, zone)
      expect(localDaySchema.safeParse(day).success).toBe(true)
      expect(dayStartMs(day, zone)).toBeLessThanOrEqual(atMs)
      expect(dayStartMs(addDays(day, 1), zone)).toBeGreaterThan(atMs)
    }),
    { numRuns: 500 },
  )
})

test.each(['America/New_York', 'America/Sao_Paulo', 'Asia/Beirut'])(
  'in %s no local day loses or shares an instant through three years of clock changes',
  (zone) => {
    for (let day = '2016-01-01'; day < '2019-06-01'; day = addDays(day, 1)) {
      const startMs = dayStartMs(day, zone)
      if (localDay(startMs, zone) !== day || localDay(startMs - 1, zone) !== addDays(day, -1))
        throw new Error(`${day} does not begin at ${startMs}`)
    }
  },
)

test('days outside 1900 to 2199 are refused', () => {
  for (const day of ['0001-01-01', '1899-12-31', '2200-01-01', '2026-02-29', '2026-2-3'])
    expect(localDaySchema.safeParse(day).success).toBe(false)
  expect(localDaySchema.safeParse('2024-02-29').success).toBe(true)
})
