import { afterAll, beforeAll, expect, test } from 'vitest'
import { storeActivities } from '#server/data/activities.ts'
import { isRejection, parseActivity } from '#server/data/activityParsing.ts'
import { key } from '#server/data/redis.ts'
import { type House, openHouse } from '#test/support/house.ts'
import { type Running, startProcess } from '#test/support/processes.ts'
import { call, deal } from '#test/support/sent.ts'
import { takeTurn } from '../../workers/turn.ts'

let house: House
const workers: Running[] = []
beforeAll(async () => {
  house = await openHouse()
})
afterAll(async () => {
  await Promise.all(workers.map((one) => one.kill()))
  await house.close()
})

const pending = () => house.web.stores.mongo.activities.collection.countDocuments({ pendingSince: { $exists: true } })

test('three worker processes on one floor, one of them killed, count every activity once', {
  timeout: 120_000,
}, async () => {
  const { MONGODB_URL, REDIS_URL } = house.config
  for (let at = 0; at < 3; at++) workers.push(await startProcess('workers/main.ts', { MONGODB_URL, REDIS_URL }))
  const people = ['ana', 'ari', 'bo', 'cai']
  for (let round = 0; round < 40; round++) {
    const docs = Array.from({ length: 15 }, (_, at) => {
      const who = people[(round + at) % people.length] ?? 'ana'
      const doc = parseActivity(at % 5 === 0 ? deal(who) : call(who), 0, {
        org: house.org,
        sourceId: house.sourceId,
        receivedAtMs: Date.now(),
      })
      if (isRejection(doc)) throw new Error(doc.message)
      return doc
    })
    await storeActivities(house.web.stores.mongo, docs)
    // Every job twice, in small pieces, so that all three processes have work on the same tallies.
    for (const doc of docs) await Promise.all([0, 1].map(() => house.web.queues.score(house.org, [doc.key])))
    if (round === 20) await workers[0]?.kill()
  }
  for (let waitedMs = 0; (await pending()) > 0 && waitedMs < 90_000; waitedMs += 100)
    await new Promise((done) => setTimeout(done, 100))
  expect(await pending()).toBe(0)
  expect(await house.differences()).toEqual([])
  const { body } = await house.as('boss').get('/boards/won-this-month/view')
  const total = (body as { rows: { value: number }[] }).rows.reduce((sum, row) => sum + row.value, 0)
  expect(total).toBe(40 * 3 * 100_000)
})

test('a worker goes on from the tallies it knows only if nobody has had a turn since its own', async () => {
  const { redis } = house.web.stores
  const nobodySince = async () => {
    const turn = takeTurn(redis, house.org)
    const answer = await turn.taken
    turn.end()
    return answer
  }
  expect(await nobodySince()).toBe(false)
  expect(await nobodySince()).toBe(true)
  await redis.set(key(house.org, 'turn', 'last'), 'another worker')
  expect(await nobodySince()).toBe(false)
  expect(await nobodySince()).toBe(true)
})
