import type { IncomingMessage } from 'node:http'
import { expect, test } from 'vitest'
import { addressOf, createPlaces } from '#server/realtime/screenLimits.ts'

test('an office has so many places, each of which is free again when it is left', () => {
  const places = createPlaces()
  const first = places.take('office', 2)
  expect(places.take('office', 2)).not.toBeNull()
  expect(places.take('office', 2)).toBeNull()
  expect(places.take('home', 2)).not.toBeNull()
  first?.()
  first?.()
  expect(places.take('office', 2)).not.toBeNull()
  expect(places.take('office', 2)).toBeNull()
})

test('a screen comes from where the last trusted proxy has seen it, whatever it claims itself', () => {
  const request = (forwarded?: string) =>
    ({
      headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
      socket: { remoteAddress: '::ffff:10.0.0.1' },
    }) as unknown as IncomingMessage
  expect(addressOf(request('1.1.1.1, 2.2.2.2'), 0)).toBe('10.0.0.1')
  expect(addressOf(request('1.1.1.1, 2.2.2.2'), 1)).toBe('2.2.2.2')
  expect(addressOf(request('1.1.1.1, 2.2.2.2'), 2)).toBe('1.1.1.1')
  expect(addressOf(request('1.1.1.1'), 3)).toBe('1.1.1.1')
  expect(addressOf(request(), 1)).toBe('10.0.0.1')
  const closed = { headers: {}, socket: {} } as unknown as IncomingMessage
  expect(addressOf(closed, 0)).toBe('')
})
