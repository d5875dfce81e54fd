import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { storeActivities } from '#server/data/activities.ts'
import { isRejection, parseActivity } from '#server/data/activityParsing.ts'
import { readBoardView } from '#server/data/boardView.ts'
import { bumpVersion, definitionsOf } from '#server/data/definitions.ts'
import { type CsvFile, readCsv } from '#server/imports/csvRows.ts'
import { importActivities } from '#server/imports/importActivities.ts'
import { importPeople } from '#server/imports/importPeople.ts'
import type { Board, BoardInput } from '#shared/board.ts'
import { guessMapping } from '#shared/importGuess.ts'
import { mapRow } from '#shared/importing.ts'
import { guessPeopleMapping, mapPeople } from '#shared/importPeople.ts'
import { floorBoard } from '#test/support/floor.ts'
import { type House, openHouse } from '#test/support/house.ts'
import { metricOver } from '#test/support/metric.ts'
import { startProcess } from '#test/support/processes.ts'
import { besideRepository } from '#test/support/shared.ts'

const crm = besideRepository('data/crm')
const skip = { skip: crm === null, timeout: 300_000 }
const note = crm === null ? ' (skipped: the real export is not beside this repository)' : ''
const settings = { zone: 'Europe/Berlin', currency: 'EUR' }

let house: House
afterEach(() => house?.close())

const boards: [string, Partial<BoardInput>][] = [
  ['won', { metricId: 'revenue', cycle: { every: 'year' } }],
  ['deals', { metricId: 'deals', cycle: { every: 'year' } }],
  ['teams', { metricId: 'revenue', cycle: { every: 'year' }, audience: { of: 'teams', level: 'team' } }],
  ['company', { metricId: 'revenue', cycle: { every: 'year' }, audience: { of: 'teams', level: 'company' } }],
  ['company-deals', { metricId: 'deals', cycle: { every: 'year' }, audience: { of: 'teams', level: 'company' } }],
  ['quarter', { metricId: 'revenue', cycle: { every: 'quarter' }, audience: { of: 'teams', level: 'company' } }],
  ['quarter-deals', { metricId: 'deals', cycle: { every: 'quarter' }, audience: { of: 'teams', level: 'company' } }],
]

/** A house with the boards of this test and the people of the export. */
async function openFloor(): Promise<{ activities: CsvFile }> {
  house = await openHouse()
  const { mongo } = house.web.stores
  const { id: _id, ...deals } = metricOver('deals', 'deal.won', 'count')
  await mongo.metrics.create({ _id, org: house.org, ...deals })
  for (const [id, board] of boards)
    await mongo.boards.create({ ...floorBoard('revenue'), ...board, _id: id, org: house.org } as never)
  await bumpVersion(mongo, house.org, { boards: true })
  const file = readCsv(readFileSync(join(crm ?? '', 'sales_teams.csv')))
  const mapping = guessPeopleMapping(file.headers)
  if (!mapping) throw new Error('the people file could not be guessed')
  const imported = mapPeople(file.rows, mapping, { companyName: 'Company' })
  const people = { org: house.org, sourceId: house.sourceId, imported, nowMs: Date.now() }
  await importPeople(mongo, people)
  expect(await importPeople(mongo, people)).toEqual({ teams: 0, people: 0, moved: 0 })
  return { activities: readCsv(readFileSync(join(crm ?? '', 'sales_pipeline.csv'))) }
}

function mappingOf(file: CsvFile) {
  const guess = guessMapping(file.headers, file.rows.slice(0, 1000), settings)
  if (!guess.ok) throw new Error('the export could not be guessed')
  return guess.mapping
}

async function importFile(file: CsvFile) {
  const queued: string[] = []
  const { counts } = await importActivities(
    house.web.stores,
    { score: async (_org, keys) => void queued.push(...keys) },
    {
      org: house.org,
      sourceId: house.sourceId,
      file,
      mapping: mappingOf(file),
      dryRun: false,
      nowMs: Date.now(),
      onProgress: async () => undefined,
      stopped: () => false,
    },
  )
  return counts
}

async function rows(id: string, day: string): Promise<[name: string, value: number][]> {
  const { stores } = house.web
  const definitions = await definitionsOf(stores.mongo, house.org)
  const board = definitions?.boards.find((one) => one.id === id) as Board
  const view =
    definitions &&
    (await readBoardView(stores, definitions, { board, day, top: 50, around: null }, { seesAll: true }, Date.now()))
  return view?.rows.map((row) => [row.name, row.value ?? 0]) ?? []
}

/** The figures that the export is known to have; amounts are in whole units there. */
async function expectFigures(): Promise<void> {
  const whole = (list: [string, number][]) => list.map(([name, value]) => [name, value / 100])
  expect(whole(await rows('won', '2017-06-01')).slice(0, 5)).toEqual([
    ['Darcel Schlecht', 1_153_214],
    ['Vicki Laflamme', 478_396],
    ['Kary Hendrixson', 454_298],
    ['Cassey Cress', 450_489],
    ['Donn Cantrell', 445_860],
  ])
  expect(whole(await rows('teams', '2017-06-01'))).toEqual([
    ['Melvin Marxen', 2_251_930],
    ['Summer Sewald', 1_964_750],
    ['Rocco Neubert', 1_960_545],
    ['Celia Rouche', 1_603_897],
    ['Cara Losch', 1_130_049],
    ['Dustin Brinkmann', 1_094_363],
  ])
  expect(whole(await rows('company', '2017-06-01'))[0]?.[1]).toBe(10_005_534)
  expect((await rows('company-deals', '2017-06-01'))[0]?.[1]).toBe(4238)
  expect(whole(await rows('quarter', '2017-11-01'))[0]?.[1]).toBe(2_802_496)
  expect((await rows('quarter-deals', '2017-11-01'))[0]?.[1]).toBe(1196)
  expect(await house.differences()).toEqual([])
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

test(`a real export gives exactly its figures, also when it is imported again and shuffled${note}`, skip, async () => {
  const { activities } = await openFloor()
  expect(await importFile(activities)).toMatchObject({ total: 8800, duplicate: 0, bad: 0 })
  await house.settle()
  await expectFigures()
  expect(await importFile(activities)).toMatchObject({ accepted: 0, bad: 0 })
  const order = shuffled(activities.rows.map((_, at) => at))
  const mixed = {
    ...activities,
    rows: order.map((at) => activities.rows[at] ?? {}),
    lines: order.map((at) => activities.lines[at] ?? 0),
  }
  expect(await importFile(mixed)).toMatchObject({ accepted: 0, bad: 0 })
  await house.settle()
  await expectFigures()
})

test(
  `row by row in another order, with workers killed in the middle, the figures are the same${note}`,
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
    for (const at of shuffled(activities.rows.map((_, index) => index))) {
      const mapped = mapRow(activities.rows[at] ?? {}, at, mapping)
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
    await expectFigures()
  },
)
