import { afterAll, beforeAll, expect, test } from 'vitest'
import { isStoreAway } from '#server/data/storeAway.ts'
import { openCsv } from '#server/imports/csvRows.ts'
import { importActivities } from '#server/imports/importActivities.ts'
import { guessMapping } from '#shared/importGuess.ts'
import { atEachCommand, failable } from '#test/support/faults.ts'
import { type House, openHouse } from '#test/support/house.ts'

let house: House
beforeAll(async () => {
  house = await openHouse({}, failable)
})
afterAll(() => house.close())

test('activities whose import failed on the way are there once after the next try', async () => {
  const day = '2026-03-02'
  const rows = Array.from(
    { length: 700 },
    (_, n) => `D-${n},${['ana', 'bo', 'cai'][n % 3]}@floor.example,won,${n},${day}`,
  )
  const file = await openCsv(
    Buffer.from(['opportunity_id,sales_agent,deal_stage,close_value,close_date', ...rows].join('\n')),
  )
  const guess = guessMapping(file.headers, file.first, { zone: 'Europe/Berlin', currency: 'EUR' })
  if (!guess.ok) throw new Error(`The file could not be guessed: ${JSON.stringify(guess)}`)
  const before = await house.web.stores.mongo.activities.countDocuments({})
  const work = () =>
    importActivities(
      house.web.stores,
      { score: async () => undefined, waitingToScore: async () => 0, workers: async () => 0 },
      {
        org: house.org,
        sourceId: house.sourceId,
        file,
        mapping: guess.mapping,
        dryRun: false,
        nowMs: Date.now,
        onProgress: () => undefined,
        onBad: (row) => {
          throw new Error(JSON.stringify(row))
        },
        stopped: () => false,
      },
    )
  let tries = 0
  await atEachCommand(house.web.stores.mongo, async () => ({
    attempt: () => work().catch((error) => ({ refused: isStoreAway(error), error })),
    async healed(got) {
      tries += 1
      if ('refused' in got) expect([got.refused, got.error]).toEqual([true, got.error])
    },
  }))
  expect(tries).toBeGreaterThan(3)
  expect(await work()).toMatchObject({ done: 700, bad: 0, accepted: 0 })
  expect(await house.web.stores.mongo.activities.countDocuments({})).toBe(before + 700)
  await house.settle()
  expect(await house.differences()).toEqual([])
})
