import fc from 'fast-check'
import { expect, test } from 'vitest'
import { workingDays } from '#shared/calendar.ts'
import { addDays } from '#shared/period.ts'
import { streakAt } from '#shared/streak.ts'

const calendar = {
  workingWeekdays: [1, 2, 3, 4, 5],
  exceptions: [
    { day: '2026-11-11', working: false, name: 'Holiday' },
    { day: '2026-11-14', working: true, name: 'Make-up' },
  ],
}

/** Ten calls a day are the target; days are given as numbers of November 2026, of which the 2nd is a Monday. */
function streak(met: number[], today: number, leave: number[] = []) {
  const day = (number: number) => addDays('2026-11-01', number - 1)
  const dayValues = new Map(met.map((number) => [day(number), 10]))
  return streakAt(10, { dayValues, calendar, leaveDays: leave.map(day), today: day(today) })
}

test.each<[string, number[], number, number[], number, number, boolean]>([
  ['nothing done yet', [], 3, [], 0, 0, false],
  ['met today for the first time', [3], 3, [], 1, 1, false],
  ['met yesterday, today still open', [2], 3, [], 1, 1, true],
  ['met the day before yesterday only', [2], 4, [], 0, 1, false],
  ['a whole week', [2, 3, 4, 5, 6], 6, [], 5, 5, false],
  ['a weekend between', [5, 6, 9], 9, [], 3, 3, false],
  ['on Sunday nothing is at risk', [5, 6], 8, [], 2, 2, false],
  ['on Monday morning it is', [5, 6], 9, [], 2, 2, true],
  ['a holiday between', [10, 12], 12, [], 2, 2, false],
  ['a make-up Saturday that was missed', [12, 13], 16, [], 0, 2, false],
  ['a make-up Saturday that was met', [12, 13, 14], 16, [], 3, 3, true],
  ['work on Sunday counts nothing', [6, 8, 9], 9, [], 2, 2, false],
  ['leave between', [3, 6], 6, [4, 5], 2, 2, false],
  ['work while on leave counts nothing', [3, 4, 6], 6, [4, 5], 2, 2, false],
  ['on leave today', [2, 3], 4, [4], 2, 2, false],
  ['a better one long ago', [2, 3, 4, 5, 9, 10], 10, [], 2, 4, false],
  ['days after today do not count', [2, 3, 4, 5], 3, [], 2, 2, false],
])('a streak: %s', (_, met, today, leave, current, best, atRisk) => {
  expect(streak(met, today, leave)).toMatchObject({ current, best, atRisk })
})

test('the last day is the last one that counted, and none when the streak is broken', () => {
  expect(streak([5, 6], 9).lastDay).toBe('2026-11-06')
  expect(streak([5, 6], 10).lastDay).toBeNull()
})

test('below the target does not count; where less is better above it does not', () => {
  const facts = { calendar, leaveDays: [], today: '2026-11-03' }
  expect(streakAt(10, { ...facts, dayValues: new Map([['2026-11-03', 9]]) }).current).toBe(0)
  expect(streakAt(10, { ...facts, dayValues: new Map([['2026-11-03', 9]]), direction: 'lower' }).current).toBe(1)
})

test('in any order of days it is what walking back day by day gives', () => {
  const offsets = fc.uniqueArray(fc.integer({ min: 0, max: 40 }))
  fc.assert(
    fc.property(offsets, fc.uniqueArray(fc.integer({ min: 0, max: 40 })), fc.nat(45), (met, leave, at) => {
      const day = (offset: number) => addDays('2026-11-01', offset)
      const today = day(at)
      const leaveDays = leave.map(day)
      const isWorked = workingDays(calendar, leaveDays)
      const metDays = new Set(met.map(day))
      let walked = 0
      for (let back = today; back >= '2026-11-01'; back = addDays(back, -1)) {
        if (!isWorked(back)) continue
        if (metDays.has(back)) walked += 1
        else if (back !== today) break
      }
      const facts = { calendar, leaveDays, today }
      const state = streakAt(1, { ...facts, dayValues: new Map([...metDays].map((one) => [one, 1])) })
      expect(state.current).toBe(walked)
      expect(state.best).toBeGreaterThanOrEqual(state.current)
      const reversed = new Map([...metDays].reverse().map((one): [string, number] => [one, 1]))
      expect(streakAt(1, { ...facts, dayValues: reversed })).toEqual(state)
    }),
    { numRuns: 500 },
  )
})
