import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { storeActivities } from '#server/data/activities.ts'
import { isRejection, parseActivity } from '#server/data/activityParsing.ts'
import { type CsvFile, type CsvRow, openCsv } from '#server/imports/csvRows.ts'
import { importActivities } from '#server/imports/importActivities.ts'
import { importPeople, readPeople } from '#server/imports/importPeople.ts'
import { guessMapping } from '#shared/importGuess.ts'
import { mapRow } from '#shared/importing.ts'
import { guessPeopleMapping } from '#shared/importPeople.ts'
import { addCrmBoards, crm, crmNote, expectCrmFigures } from '#test/support/crm.ts'
import { type House, openHouse } from '#test/support/house.ts'
import { startProcess } from '#test/support/processes.ts'

const skip = { skip: crm === null, timeout: 300_000 }
const settings = { zone: 'Europe/Berlin', currency: 'EUR' }

let house: House
afterEach(() => house?.close())

/** A house with the boards of this test and the people of the export. */
async function openFloor(): Promise<{ activities: CsvFile }> {
  house = await openHouse()
  const { stores, queues } = house.web
  await addCrmBoards(house)
  const file = await openCsv(readFileSync(join(crm ?? '', 'sales_teams.csv')))
  const mapping = guessPeopleMapping(file.headers)
  if (!mapping) throw new Error('the people file could not be guessed')
  const imported = await readPeople(file, mapping, 'Company')
  const people = { org: house.org, sourceId: house.sourceId, imported, nowMs: Date.now() }
  await importPeople({ stores, queues }, people)
  expect(await importPeople({ stores, queues }, people)).toEqual({ teams: 0, people: 0, moved: 0 })
  return { activities: await openCsv(readFileSync(join(crm ?? '', 'sales_pipeline.csv'))) }
}

async function rowsOf(file: CsvFile): Promise<CsvRow[]> {
  const rows: CsvRow[] = []
  for await (const row of file.rows()) rows.push(row)
  return rows
}

function mappingOf(file: CsvFile) {
  const guess = guessMapping(file.headers, file.first, settings)
  if (!guess.ok) throw new Error('the export could not be guessed')
  return guess.mapping
}

async function importFile(file: CsvFile) {
  return await importActivities(
    house.web.stores,
    { score: async () => undefined, waitingToScore: async () => 0, workers: async () => 0 },
    {
      org: house.org,
      sourceId: house.sourceId,
      file,
      mapping: mappingOf(file),
      dryRun: false,
      nowMs: Date.now,
      onProgress: () => undefined,
      onBad: () => undefined,
      stopped: () => false,
    },
  )
}

function shuffled<T>(list: readonly T[]): T[] {
  const copy = [...list]
  let seed = 1
  for (let at = copy.length - 1; at > 0; at--) {
    seed = (seed * 48_271) % 2_147_483_647
    const other = seed % (at + 1)
    ;[copy[at], copy[other]] = [copy[other] as T, copy[at] as T]
  }
  return copy
}

test(
  `a real export gives exactly its figures, also when it is imported again and shuffled${crmNote}`,
  skip,
  async () => {
    const { activities } = await openFloor()
    expect(await importFile(activities)).toMatchObject({ total: 8800, duplicate: 0, bad: 0 })
    await house.settle()
    await expectCrmFigures(house)
    expect(await importFile(activities)).toMatchObject({ accepted: 0, bad: 0 })
    const order = shuffled(await rowsOf(activities))
    async function* inOrder() {
      yield* order
    }
    const mixed = { ...activities, rows: inOrder }
    expect(await importFile(mixed)).toMatchObject({ accepted: 0, bad: 0 })
    await house.settle()
    await expectCrmFigures(house)
  },
)

test(
  `row by row in another order, with workers killed in the middle, the figures are the same${crmNote}`,
  skip,
  async () => {
    const { activities } = await openFloor()
    const { mongo } = house.web.stores
    const { MONGODB_URL, REDIS_URL } = house.config
    const mapping = mappingOf(activities)
    const startWorkers = () => startProcess('workers/main.ts', { MONGODB_URL, REDIS_URL })
    let workers = await startWorkers()
    const queue = house.web.queues
    let sent = 0
    for (const { row, line } of shuffled(await rowsOf(activities))) {
      const mapped = mapRow(row, line, mapping)
      if (mapped.result !== 'activity') continue
      const doc = parseActivity(mapped.input, 0, { org: house.org, sourceId: house.sourceId, receivedAtMs: Date.now() })
      if (isRejection(doc)) throw new Error(doc.message)
      await storeActivities(mongo, [doc])
      await queue.score(house.org, [doc.key])
      sent += 1
      if (sent % 1200 === 0) {
        await workers.kill()
        workers = await startWorkers()
      }
    }
    await workers.kill()
    workers = await startWorkers()
    const pending = () =>
      mongo.activities.collection.countDocuments({ org: house.org, pendingSince: { $exists: true } })
    for (let waitedMs = 0; (await pending()) > 0 && waitedMs < 200_000; waitedMs += 200)
      await new Promise((done) => setTimeout(done, 200))
    expect(await pending()).toBe(0)
    await workers.stop()
    await expectCrmFigures(house)
  },
)
