import { afterAll, beforeAll, expect, test } from 'vitest'
import { openCsv } from '#server/imports/csvRows.ts'
import { importActivities } from '#server/imports/importActivities.ts'
import { guessMapping } from '#shared/importGuess.ts'
import { type House, openHouse } from '#test/support/house.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

const minuteMs = 60_000

test('what a long file says at its end was learned then, and not when the file was begun, so a closed contest stays as it is', async () => {
  const rows = Array.from({ length: 600 }, (_, n) => `${n},Ana,2026-03-02,10`)
  const file = await openCsv(Buffer.from(['Id,Agent,Date,Amount', ...rows].join('\n')))
  const guess = guessMapping(file.headers, file.first, { zone: 'Europe/Berlin', currency: 'EUR' })
  if (!guess.ok) throw new Error('the file could not be guessed')
  const begunMs = Date.now()
  let stepsDone = 0
  await importActivities(house.web.stores, house.web.queues, {
    org: house.org,
    sourceId: house.sourceId,
    file,
    mapping: guess.mapping,
    dryRun: false,
    nowMs: () => begunMs + stepsDone * minuteMs,
    onProgress: () => {
      stepsDone += 1
    },
    onBad: () => undefined,
    stopped: () => false,
  })
  const { mongo } = house.web.stores
  const recordedMs = async (externalId: string) =>
    (await mongo.activities.findOne({ externalId }).lean())?.recordedAt.getTime()
  expect(await recordedMs('0')).toBe(begunMs)
  expect(await recordedMs('250')).toBe(begunMs + minuteMs)
  expect(await recordedMs('599')).toBe(begunMs + 2 * minuteMs)
})
