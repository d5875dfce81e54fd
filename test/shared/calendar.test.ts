import fc from 'fast-check'
import { expect, test } from 'vitest'
import { countWorkingDays, nextWorkingDay, previousWorkingDay, workingDays } from '#shared/calendar.ts'
import { addDays } from '#shared/period.ts'

/** National Day 2026 in China: off from the 1st to the 7th of October, Saturday the 10th is worked instead. */
const china = {
  workingWeekdays: [1, 2, 3, 4, 5],
  exceptions: [
    ...[1, 2, 3, 4, 5, 6, 7].map((day) => ({ day: `2026-10-0${day}`, working: false, name: '国庆节' })),
    { day: '2026-10-10', working: true, name: '补班' },
  ],
}

test.each([
  ['2026-09-30', true],
  ['2026-10-01', false],
  ['2026-10-04', false],
  ['2026-10-08', true],
  ['2026-10-10', true],
  ['2026-10-11', false],
])('in the week of a Chinese holiday %s is worked: %s', (day, worked) => {
  expect(workingDays(china)(day)).toBe(worked)
})

test('leave beats a make-up day', () => {
  expect(workingDays(china, ['2026-10-10'])('2026-10-10')).toBe(false)
})

test('working days are counted without the last day of the window', () => {
  const isWorked = workingDays(china)
  expect(countWorkingDays(isWorked, '2026-09-28', '2026-10-12')).toBe(6)
  expect(countWorkingDays(isWorked, '2026-10-08', '2026-10-08')).toBe(0)
  expect(countWorkingDays(isWorked, '2026-10-12', '2026-09-28')).toBe(0)
})

test('the working day after a long holiday and the one before it', () => {
  const isWorked = workingDays(china, ['2026-10-08'])
  expect(nextWorkingDay(isWorked, '2026-09-30')).toBe('2026-10-09')
  expect(previousWorkingDay(isWorked, '2026-10-08')).toBe('2026-09-30')
})

test('where nothing is ever worked the search ends', () => {
  expect(nextWorkingDay(() => false, '2026-01-01')).toBeNull()
  expect(previousWorkingDay(() => false, '2026-01-01')).toBeNull()
})

test('next and previous working days are each other’s inverse', () => {
  const days = fc.integer({ min: 0, max: 3000 }).map((offset) => addDays('2022-01-01', offset))
  const leave = fc.array(days, { maxLength: 20 })
  const weekdays = fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 })
  fc.assert(
    fc.property(days, leave, weekdays, (day, leaveDays, workingWeekdays) => {
      const isWorked = workingDays({ ...china, workingWeekdays }, leaveDays)
      const next = nextWorkingDay(isWorked, day) ?? ''
      expect(isWorked(next)).toBe(true)
      expect(countWorkingDays(isWorked, addDays(day, 1), next)).toBe(0)
      if (isWorked(day)) expect(previousWorkingDay(isWorked, next)).toBe(day)
    }),
  )
})
