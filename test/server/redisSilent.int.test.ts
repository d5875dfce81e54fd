import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '#test/support/caller.ts'
import { type House, openHouse } from '#test/support/house.ts'
import { type Running, startProcess } from '#test/support/processes.ts'
import { startSentinel, type TestSentinel } from '#test/support/redisSentinel.ts'
import { startStream } from '#test/support/stream.ts'
import { openWall, type Wall } from '#test/support/wall.ts'

let redis: TestSentinel
let house: House
let workers: Running
let wall: Wall
beforeAll(async () => {
  redis = await startSentinel()
  house = await openHouse({ REDIS_URL: redis.url })
  const { MONGODB_URL, REDIS_URL } = house.config
  workers = await startProcess('workers/main.ts', { MONGODB_URL, REDIS_URL })
  wall = openWall(house.url, house.cookie('wall'))
})
afterAll(async () => {
  wall.close()
  await workers.stop()
  await house.close()
  await redis.stop()
})

test('the machine of Redis falls silent without a word: after seconds everybody works with the one that took its place', async () => {
  const stream = startStream(house, house.url)
  await until(async () => (wall.shown().Cai ?? 0) > 2, 15_000)
  process.kill(redis.master.pid(), 'SIGSTOP')
  // Nobody is told: connections stay open, and nothing comes out of them.
  await until(async () => (await house.as('wall').get('/boards/points-today/view')).status === 200, 20_000)
  await stream.stop()
  expect(stream.refused).toEqual([])
  const shown = () => Object.entries(stream.accepted).every(([who, calls]) => wall.shown()[who] === calls)
  await until(async () => shown(), 40_000)
  expect(await house.differences()).toEqual([])
})
