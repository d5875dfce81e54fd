import { afterAll, beforeAll, expect, test } from 'vitest'
import { storeActivities } from '#server/data/activities.ts'
import { isRejection, parseActivity } from '#server/data/activityParsing.ts'
import { type House, openHouse } from '#test/support/house.ts'
import { call, deal, type Sent } from '#test/support/sent.ts'
import { createMarks } from '../../workers/marks.ts'
import { scorePass } from '../../workers/scorePass.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

async function store(sent: Sent): Promise<string> {
  const doc = parseActivity(sent, 0, { org: house.org, sourceId: house.sourceId, receivedAtMs: Date.now() })
  if (isRejection(doc)) throw new Error(doc.message)
  await storeActivities(house.web.stores.mongo, [doc])
  return doc.key
}

/** A pass of a worker that writes its marks a moment later, as workers do; answers how to write them. */
async function passWithLateMarks(key: string): Promise<() => Promise<void>> {
  const marks = createMarks(
    house.web.stores.mongo,
    (error) => {
      throw error
    },
    60_000,
  )
  await scorePass(house.web.stores, house.org, [key], undefined, marks.mark)
  return () => marks.stop()
}

test('a deal of a name that is given to somebody a moment after it came in is scored', async () => {
  const key = await store(deal('ana', { person: { externalId: 'Ana Q.' } }))
  const writeMarks = await passWithLateMarks(key)
  const ref = { externalId: 'Ana Q.' }
  const assigned = await house.as('boss').post('/unmatched/assign', { sourceId: house.sourceId, ref, personId: 'ana' })
  expect(assigned.status).toBe(200)
  await writeMarks()
  await house.settle()
  const { mongo } = house.web.stores
  expect(await mongo.entries.collection.countDocuments({ activityKey: key })).toBe(1)
  expect(await house.differences()).toEqual([])
})

test('a deal that was scored a moment before nothing counts it any more gives everything back', async () => {
  const { items } = (await house.as('boss').get('/metrics')).body
  const { items: rules } = (await house.as('boss').get('/points-rules')).body
  const key = await store(call('bo'))
  const writeMarks = await passWithLateMarks(key)
  for (const { id, ...metric } of items)
    if (metric.source.selection?.kinds.includes('call.made'))
      expect((await house.as('boss').put(`/metrics/${id}`, { ...metric, active: false })).status).toBe(200)
  for (const { id, ...rule } of rules)
    if (rule.selection.kinds.includes('call.made'))
      expect((await house.as('boss').put(`/points-rules/${id}`, { ...rule, active: false })).status).toBe(200)
  await house.rederive()
  await writeMarks()
  await house.settle()
  expect(await house.differences()).toEqual([])
})
