import { expect, test } from 'vitest'
import { createMessageLimit } from '#server/realtime/messageLimit.ts'

test('a server whose clock is set back does not keep screens waiting until the old time comes again', () => {
  const allow = createMessageLimit({ perSecond: 10, burst: 2 })
  const hourMs = 3_600_000
  expect([allow(hourMs), allow(hourMs), allow(hourMs)]).toEqual([true, true, false])
  expect(allow(0)).toBe(false)
  expect([allow(100), allow(200), allow(200)]).toEqual([true, true, false])
})
