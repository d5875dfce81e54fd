import { afterAll, beforeAll, expect, test } from 'vitest'
import { definitionsOf } from '#server/data/definitions.ts'
import { openCsv } from '#server/imports/csvRows.ts'
import { importActivities } from '#server/imports/importActivities.ts'
import { importPeople, readPeople } from '#server/imports/importPeople.ts'
import { guessMapping } from '#shared/importGuess.ts'
import { type FailingHouse, openFailingHouse } from '#test/support/failingHouse.ts'
import { call } from '#test/support/sent.ts'

let parts: FailingHouse
beforeAll(async () => {
  parts = await openFailingHouse()
})
afterAll(() => parts.close())

/** Tries until it is done; answers what the last try gave. */
async function tryUntilDone<T>(work: () => Promise<T>): Promise<{ outcome: T; failures: number }> {
  const failure = Symbol('failure')
  const { outcome, failures } = await parts.untilDone<T | typeof failure>(
    () => work().catch((): typeof failure => failure),
    (one) => one === failure,
  )
  return { outcome: outcome as T, failures }
}

test('people whose import failed on the way are there once after the next try, and what waited for them counts', async () => {
  const { house } = parts
  const { stores, queues } = house.web
  await house.send({ ...call('ana'), person: { externalId: 'e1' } })
  const lines = ['name,id,email,team', 'Eve,e1,,East', 'Fay,e2,,West', 'Gil,e3,,West']
  const mapping = { name: 'name', externalId: 'id', email: 'email', team: 'team', region: null }
  const imported = await readPeople(await openCsv(Buffer.from(lines.join('\n'))), mapping, 'North Wind')
  const people = { org: house.org, sourceId: house.sourceId, imported, nowMs: Date.now() }
  const { failures } = await tryUntilDone(() => importPeople({ stores, queues }, people))
  expect(failures).toBeGreaterThan(10)
  expect(await importPeople({ stores, queues }, people)).toEqual({ teams: 0, people: 0, moved: 0 })
  const definitions = await definitionsOf(stores.mongo, house.org)
  const named = (list: Iterable<{ name: string }>, names: string[]) =>
    [...list].map(({ name }) => name).filter((name) => names.includes(name))
  expect(named(definitions?.people.values() ?? [], ['Eve', 'Fay', 'Gil']).sort()).toEqual(['Eve', 'Fay', 'Gil'])
  expect(named(definitions?.teams.values() ?? [], ['East', 'West']).sort()).toEqual(['East', 'West'])
  if (await stores.mongo.organizations.exists({ _id: house.org, rederiveDue: { $exists: true } }))
    await house.rederive()
  await house.settle()
  const { body } = await house.as('wall').get('/boards/points-today/view')
  expect(body.rows.find((row: { name: string }) => row.name === 'Eve')?.value).toBeGreaterThan(0)
  expect(await house.differences()).toEqual([])
})

test('activities whose import failed on the way are there once after the next try', async () => {
  const { house } = parts
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
  const { outcome, failures } = await tryUntilDone(work)
  expect(failures).toBeGreaterThan(3)
  expect(outcome).toMatchObject({ done: 700, bad: 0 })
  expect(await house.web.stores.mongo.activities.countDocuments({})).toBe(before + 700)
  await house.settle()
  expect(await house.differences()).toEqual([])
})
