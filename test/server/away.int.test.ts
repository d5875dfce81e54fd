import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Balancer, openBalancer } from '#test/support/balancer.ts'
import { until } from '#test/support/caller.ts'
import { startDocstore, type TestDocstore } from '#test/support/docstore.ts'
import { type House, openHouse } from '#test/support/house.ts'
import { type Running, startProcess } from '#test/support/processes.ts'
import { call } from '#test/support/sent.ts'
import { startStream } from '#test/support/stream.ts'
import { openWall, type Wall } from '#test/support/wall.ts'

let docstore: TestDocstore
let house: House
let servers: Running[]
let workers: Running[]
let balancer: Balancer
let wall: Wall
beforeAll(async () => {
  docstore = await startDocstore()
  house = await openHouse({ MONGODB_URL: docstore.uri('pitboard') })
  const { MONGODB_URL, REDIS_URL } = house.config
  const start = (file: string) => startProcess(file, { MONGODB_URL, REDIS_URL, PORT: '0' })
  servers = await Promise.all([start('server/main.ts'), start('server/main.ts')])
  workers = await Promise.all([start('workers/main.ts'), start('workers/main.ts')])
  balancer = await openBalancer(servers.map(({ facts }) => Number(new URL(String(facts.url)).port)))
  wall = openWall(balancer.url, house.cookie('wall'))
})
afterAll(async () => {
  wall.close()
  balancer.close()
  await Promise.all([...servers, ...workers].map((one) => one.stop()))
  await house.close()
  await docstore.stop()
})

const counts: Record<string, number> = {}
const pending = () => house.web.stores.mongo.activities.countDocuments({ pendingSince: { $exists: true } })
async function expectAllShown(accepted: Record<string, number>): Promise<void> {
  for (const [who, calls] of Object.entries(accepted)) counts[who] = calls + (counts[who] ?? 0)
  await until(async () => (await pending()) === 0, 30_000)
  await until(async () => Object.entries(counts).every(([who, calls]) => wall.shown()[who] === calls), 15_000)
  expect(await house.differences()).toEqual([])
}

test('the database dies amid a stream of calls: senders are told when to come back, and what was taken is on the wall', async () => {
  const stream = startStream(house, balancer.url)
  await until(async () => (wall.shown().Cai ?? 0) > 2, 15_000)
  await docstore.kill()
  const one = call('ana')
  const post = () =>
    fetch(`${balancer.url}/api/v1/activities`, {
      method: 'POST',
      headers: { authorization: `Bearer ${house.key}`, 'content-type': 'application/json' },
      body: JSON.stringify(one),
    })
  const answer = await post()
  expect([answer.status, await answer.json()]).toMatchObject([503, { code: 'stores.unreachable' }])
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  const { dataDir, socket } = docstore
  docstore = await startDocstore({ dataDir, args: ['--socket', socket] })
  await until(async () => (await post()).status === 202, 20_000)
  await stream.stop()
  expect(stream.refused.filter((status) => status !== 503)).toEqual([])
  await expectAllShown({ ...stream.accepted, Ana: 1 + (stream.accepted.Ana ?? 0) })
})

test('a server is killed while walls look at it: they go to the other one by themselves and show every call', async () => {
  const stream = startStream(house, String(servers[1]?.facts.url))
  await until(async () => wall.link() === 'live')
  await servers[0]?.kill()
  await until(async () => wall.link() === 'offline')
  await until(async () => wall.link() === 'live', 15_000)
  await stream.stop()
  expect(stream.refused).toEqual([])
  await expectAllShown(stream.accepted)
})

test('a worker is killed amid a stream of calls: the other one takes over what it had begun', async () => {
  const stream = startStream(house, balancer.url)
  await sleep(500)
  await workers[0]?.kill()
  await sleep(500)
  await stream.stop()
  expect(stream.refused).toEqual([])
  await expectAllShown(stream.accepted)
})
