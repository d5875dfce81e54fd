import { expect, test } from 'vitest'
import { landedBy, landingOf, recordedLately } from '#server/data/contestLanding.ts'
import type { ActivityDoc } from '#server/data/documents.ts'

const closeMs = Date.UTC(2026, 2, 2, 17)
const revision = (id: string, beforeCloseMs: number) =>
  ({ _id: id, recordedAt: new Date(closeMs - beforeCloseMs) }) as ActivityDoc

test('what was recorded long before the close had landed; of the last two minutes only what was read', () => {
  const read = [revision('read', 5), revision('early', 121_000)]
  expect(read.map((one) => recordedLately(one, closeMs))).toEqual([true, false])
  const landed = landedBy(landingOf(read.slice(0, 1), closeMs))
  const asked = [...read, revision('late', 5), revision('other', 120_001)]
  expect(asked.map(landed)).toEqual([true, true, false, true])
})

test('of a flood the last twenty thousand are remembered, and nothing that was read is taken for late', () => {
  const read = Array.from({ length: 20_050 }, (_, n) => revision(`r${n}`, 60_000 - Math.floor(n / 10)))
  const landing = landingOf(read, closeMs)
  expect(landing.ids.length).toBeLessThanOrEqual(20_000)
  expect(landing.ids.length).toBeGreaterThan(19_900)
  const landed = landedBy(landing)
  expect(read.every(landed)).toBe(true)
  expect([landed(revision('late', 10)), landed(revision('older', 100_000))]).toEqual([false, true])
})
