import { afterAll, beforeAll, expect, test } from 'vitest'
import { definitionsOf } from '#server/data/definitions.ts'
import { openCsv } from '#server/imports/csvRows.ts'
import { importPeople, readPeople } from '#server/imports/importPeople.ts'
import { type House, openHouse } from '#test/support/house.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

const mapping = { name: 'name', externalId: 'id', email: 'email', team: 'team', region: null }

async function importRows(...rows: string[]) {
  const { stores, queues } = house.web
  const file = await openCsv(Buffer.from(['name,id,email,team', ...rows].join('\n')))
  const imported = await readPeople(file, mapping, 'North Wind')
  return await importPeople(
    { stores, queues },
    { org: house.org, sourceId: house.sourceId, imported, nowMs: Date.now() },
  )
}

test('two people who share a mailbox that is known already stay two, and the same file again changes nothing', async () => {
  await importRows('Eve,e0,sales@floor.example,East')
  const rows = ['Eve,e1,sales@floor.example,East', 'Fay,e2,sales@floor.example,West']
  expect(await importRows(...rows)).toMatchObject({ people: 1, moved: 0 })
  expect(await importRows(...rows)).toEqual({ teams: 0, people: 0, moved: 0 })
  const definitions = await definitionsOf(house.web.stores.mongo, house.org)
  const nameOf = (id: string) => definitions?.people.get(definitions.personIds.get(`external:crm:${id}`) ?? '')?.name
  expect(['e0', 'e1', 'e2'].map(nameOf)).toEqual(['Eve', 'Eve', 'Fay'])
})
