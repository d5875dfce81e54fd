import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '#test/support/caller.ts'
import type { House } from '#test/support/house.ts'
import { startRedisCluster, type TestRedisCluster } from '#test/support/redisCluster.ts'
import { startStream } from '#test/support/stream.ts'
import { openTwoOfEach } from '#test/support/twoOfEach.ts'
import type { Wall } from '#test/support/wall.ts'

let cluster: TestRedisCluster
let house: House
let walls: Wall[]
let close: () => Promise<void>
beforeAll(async () => {
  cluster = await startRedisCluster({ replicas: true })
  ;({ house, walls, close } = await openTwoOfEach(cluster.url))
})
afterAll(async () => {
  await close?.()
  await cluster?.stop()
})

const pending = () => house.web.stores.mongo.activities.countDocuments({ pendingSince: { $exists: true } })
const calls = new Map<string, number>()

/** Sends calls while something happens, and answers when every one of them, and of those before, is on both walls. */
async function streamThrough(happens: () => Promise<void>): Promise<void> {
  const stream = startStream(house, house.url)
  await sleep(1000)
  await happens()
  await stream.stop()
  expect(stream.refused).toEqual([])
  expect(stream.slowestMs()).toBeLessThan(5000)
  for (const [name, count] of Object.entries(stream.accepted)) calls.set(name, count + (calls.get(name) ?? 0))
  await until(async () => (await pending()) === 0, 25_000)
  for (const wall of walls) await until(async () => [...calls].every(([who, n]) => wall.shown()[who] === n), 15_000)
  expect(await house.differences()).toEqual([])
}

test.each([
  ['the boards of the organization', 'pb:{floor}:'],
  ['the queues', '{pb}:'],
])(
  'the node that holds %s dies: calls are taken all the time, and every one is on both walls in the end',
  async (_what, key) => {
    const node = await cluster.masterOf(key)
    await streamThrough(async () => {
      await node.kill()
      await until(async () => (await cluster.masterOf(key)) !== node, 20_000)
    })
  },
)

test('while nobody takes the place of a dead node its organization is told to try again, and the other one is served', async () => {
  const node = await cluster.masterOf('pb:{floor}:')
  await streamThrough(async () => {
    await node.kill()
    const beganMs = performance.now()
    const answer = await house.as('wall').get('/boards/points-today/view')
    expect([answer.status, answer.body.code]).toEqual([503, 'stores.unreachable'])
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(performance.now() - beganMs).toBeLessThan(3000)
    expect((await house.other.as('wall').get('/boards/other-points-today/view')).status).toBe(200)
    await node.start()
  })
})
