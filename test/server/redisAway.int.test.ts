import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '#test/support/caller.ts'
import type { House } from '#test/support/house.ts'
import type { Running } from '#test/support/processes.ts'
import { startRedis, type TestRedis } from '#test/support/redis.ts'
import { startStream } from '#test/support/stream.ts'
import { openTwoOfEach } from '#test/support/twoOfEach.ts'
import type { Wall } from '#test/support/wall.ts'

/** Longer than a job keeps its lock and than a command is waited for. */
const awayMs = 12_000

let redis: TestRedis
let house: House
let walls: Wall[]
let workers: Running[]
let close: () => Promise<void>
beforeAll(async () => {
  redis = await startRedis()
  ;({ house, walls, workers, close } = await openTwoOfEach(redis.url))
})
afterAll(async () => {
  await close?.()
  await redis?.stop()
})

const pending = () => house.web.stores.mongo.activities.countDocuments({ pendingSince: { $exists: true } })
const view = () => house.as('wall').get('/boards/points-today/view')

test('Redis is away for a while and comes back empty: calls are taken all the time, nobody is kept waiting, and every call is on the walls in the end', async () => {
  const stream = startStream(house, house.url)
  await until(async () => (walls[1]?.shown().Cai ?? 0) > 2, 15_000)
  await redis.kill()
  const beganMs = performance.now()
  const answer = await view()
  expect([answer.status, answer.body.code]).toEqual([503, 'stores.unreachable'])
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(performance.now() - beganMs).toBeLessThan(2000)
  expect((await fetch(`${house.url}/readyz`)).status).toBe(503)
  await sleep(awayMs)
  await redis.start()
  await until(async () => (await fetch(`${house.url}/readyz`)).ok, 15_000)
  await stream.stop()
  expect(stream.refused).toEqual([])
  expect(stream.slowestMs()).toBeLessThan(3000)
  await until(async () => (await pending()) === 0, 30_000)
  const all = (wall: Wall) => Object.entries(stream.accepted).every(([who, calls]) => wall.shown()[who] === calls)
  for (const wall of walls) await until(async () => all(wall), 10_000)
  expect(await house.differences()).toEqual([])
})

test('a rule that was changed just before Redis lost everything counts for every call all the same', async () => {
  const rule = (await house.as('boss').get('/points-rules')).body.items.find(
    ({ id }: { id: string }) => id === 'call-points',
  )
  const before = { ...walls[0]?.shown() }
  for (const worker of workers) process.kill(worker.pid, 'SIGSTOP')
  const { id, ...input } = rule
  const changed = await house.as('boss').put(`/points-rules/${id}`, { ...input, award: { type: 'fixed', points: 7 } })
  expect(changed.status).toBe(200)
  await redis.kill()
  await redis.start()
  for (const worker of workers) process.kill(worker.pid, 'SIGCONT')
  await until(
    async () => Object.entries(before).every(([who, points]) => walls[0]?.shown()[who] === 7 * (points ?? 0)),
    50_000,
  )
  expect(await house.differences()).toEqual([])
})

test('workers that are asked to stop while Redis is away do so', async () => {
  await redis.kill()
  const ended = Promise.all(workers.map(({ child }) => new Promise((done) => child.once('exit', done))))
  for (const worker of workers) process.kill(worker.pid)
  expect(await ended).toEqual([0, 0])
  workers.length = 0
})
