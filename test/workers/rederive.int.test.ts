import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { enqueueLostRederives } from '#server/data/definitionChange.ts'
import { connectRedis } from '#server/data/redis.ts'
import { createLog } from '#server/log.ts'
import { until } from '#test/support/caller.ts'
import { floorPerson } from '#test/support/floor.ts'
import { type House, openHouse } from '#test/support/house.ts'
import { runJobs } from '../../workers/runner.ts'

let house: House
let worker: ReturnType<typeof runJobs<'rederive'>>
let connection: ReturnType<typeof connectRedis>
let runs: { org: string; end(error?: Error): void }[]
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())
afterEach(async () => {
  await worker.close()
  connection.disconnect()
})

/** A worker whose runs end when the test says so. */
async function startWorker(): Promise<void> {
  runs = []
  connection = connectRedis(house.config.REDIS_URL, 'worker')
  await connection.connect()
  const run = ({ org }: { org: string }) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    runs.push({ org, end: (error) => (error ? reject(error) : resolve()) })
    return promise
  }
  worker = runJobs('rederive', run, { connection, log: createLog('test', 'fatal'), concurrency: 5 })
}

let edits = 0
/** Moves people to where they have been since another instant, so that all activities count anew. */
async function move(times: number): Promise<void> {
  const { id, ...ana } = floorPerson('ana', 'red')
  for (let n = 0; n < times; n++) {
    const memberships = [{ teamId: 'red', fromMs: ++edits, toMs: null }]
    expect((await house.as('mia').put(`/people/${id}`, { ...ana, memberships })).status).toBe(200)
  }
}
const count = (expected: number) => until(async () => runs.length === expected)
/** Gives a run that ought not to come the time to come. */
const quiet = () => new Promise((done) => setTimeout(done, 600))

test('many moves of people are scored anew once, by the run that waits, and moves amid a run by one more', async () => {
  await move(3)
  await startWorker()
  await count(1)
  await move(3)
  await quiet()
  expect(runs).toHaveLength(1)
  runs[0]?.end()
  await count(2)
  await move(1)
  await move(1)
  runs[1]?.end()
  await count(3)
  runs[2]?.end()
  await quiet()
  expect(runs.map(({ org }) => org)).toEqual([house.org, house.org, house.org])
})

test('a run that fails is tried again, also for what came meanwhile, and other organizations do not wait for it', async () => {
  await startWorker()
  await move(1)
  await count(1)
  await house.web.queues.rederive(house.other.org)
  await count(2)
  await move(2)
  runs[0]?.end(new Error('killed'))
  await count(3)
  runs[2]?.end()
  await count(4)
  runs[3]?.end()
  runs[1]?.end()
  await quiet()
  expect(runs.filter(({ org }) => org === house.org)).toHaveLength(3)
  await move(1)
  await count(5)
  runs[4]?.end()
})

test('a run that Redis has forgotten is asked for again, until one has ended', async () => {
  const { redis } = house.web.stores
  const askAgain = () => enqueueLostRederives(house.web, new Date(Date.now() + 1000))
  await move(1)
  await redis.flushall()
  expect(await askAgain()).toBe(1)
  expect(await askAgain()).toBe(0)
  await startWorker()
  await count(1)
  runs[0]?.end()
  await quiet()
  expect(await askAgain()).toBe(1)
  await count(2)
  await house.rederive()
  runs[1]?.end()
  await quiet()
  expect(await askAgain()).toBe(0)
})
