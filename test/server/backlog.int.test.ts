import { afterAll, beforeAll, expect, test } from 'vitest'
import { markScored, storeActivities } from '#server/data/activities.ts'
import { isRejection, parseActivity } from '#server/data/activityParsing.ts'
import { createBacklog, mostBacklog, politeBacklog } from '#server/data/backlog.ts'
import type { ActivityDoc } from '#server/data/documents.ts'
import { connectRedis } from '#server/data/redis.ts'
import { createLog } from '#server/log.ts'
import { caller, until } from '#test/support/caller.ts'
import { type House, openHouse } from '#test/support/house.ts'
import { call } from '#test/support/sent.ts'
import { runJobs } from '../../workers/runner.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

const send = (externalId: string) =>
  caller(house.url, { authorization: `Bearer ${house.key}` }).post('/activities', call('ana', { externalId }))

test('with more to score than workers can soon do, who can wait waits, others come back later, and nothing is lost', async () => {
  const { org, sourceId, web } = house
  const { mongo } = web.stores
  const docs: ActivityDoc[] = []
  for (let n = 0; n < mostBacklog; n++) {
    const doc = parseActivity(call('bo'), n, { org, sourceId, receivedAtMs: Date.now() })
    if (!isRejection(doc)) docs.push(doc)
  }
  for (let at = 0; at < docs.length; at += 2500) await storeActivities(mongo, docs.slice(at, at + 2500))
  const keys = docs.map((doc) => doc.key)
  await web.queues.score(org, keys)

  // Nobody is there to take it: refusing would not make it less, and what is stored is safe.
  for (let n = 0; n < 5; n++) {
    expect((await send(`alone-${n}`)).status).toBe(202)
    await new Promise((resolve) => setTimeout(resolve, 120))
  }

  const connection = connectRedis(house.config.REDIS_URL, 'worker')
  await connection.connect()
  const released = Promise.withResolvers<void>()
  const worker = runJobs('score', () => released.promise, {
    connection,
    log: createLog('test', 'silent'),
    concurrency: 1,
  })
  await until(async () => (await web.queues.workers()) === 1)
  const backlog = createBacklog(mongo, web.queues)
  await until(async () => backlog.reaches(mostBacklog))
  let count = 0
  await until(async () => (await send(`busy-${count++}`)).status === 503)
  const refused = await send('refused')
  expect(refused).toMatchObject({ status: 503, body: { code: 'ingest.overloaded' } })
  expect(refused.headers.get('retry-after')).toBe('2')
  // A source that is told to come back is not one whose news are on the boards.
  const refusedFromMs = Date.now()
  while (Date.now() < refusedFromMs + 1500) expect((await send('refused')).status).toBe(503)
  const source = await mongo.sources.findById(sourceId).lean()
  expect(source?.lastActivityAt?.getTime()).toBeLessThan(refusedFromMs)
  const docIds = docs.map(({ _id }) => _id)
  await markScored(mongo, docIds.slice(0, mostBacklog - politeBacklog), [])
  await until(async () => (await send('refused')).status === 202)
  let waited = false
  const waiting = backlog.polite().then(() => {
    waited = true
  })
  await new Promise((resolve) => setTimeout(resolve, 500))
  expect(waited).toBe(false)
  await markScored(mongo, docIds.slice(mostBacklog - politeBacklog), [])
  await waiting
  released.resolve()
  await worker.close()
  connection.disconnect()
  await house.settle()
  expect(await mongo.activities.collection.countDocuments({ _id: { $nin: docIds as never[] } })).toBe(5 + count)
})
