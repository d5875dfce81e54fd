import { expect, test } from 'vitest'

test('the tests run in a zone that is not UTC, so hidden local time shows', () => {
  expect(new Date(2026, 0, 1).getTimezoneOffset()).toBe(210)
})
