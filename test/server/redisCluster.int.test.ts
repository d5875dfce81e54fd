import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createTryLimit } from '#server/data/limits.ts'
import { caller, until } from '#test/support/caller.ts'
import { makeContest, sprintInput } from '#test/support/contest.ts'
import { type House, openHouse, type Tenant } from '#test/support/house.ts'
import { type Running, startProcess } from '#test/support/processes.ts'
import { startRedisCluster, type TestRedisCluster } from '#test/support/redisCluster.ts'
import { openScreen } from '#test/support/screen.ts'
import { call, deal, type Sent } from '#test/support/sent.ts'
import { openWall } from '#test/support/wall.ts'

let cluster: TestRedisCluster
let house: House
let secondUrl: string
let workers: Running[]
beforeAll(async () => {
  cluster = await startRedisCluster()
  house = await openHouse({ REDIS_URL: cluster.url })
  const { MONGODB_URL, REDIS_URL } = house.config
  const start = () => startProcess('workers/main.ts', { MONGODB_URL, REDIS_URL })
  workers = await Promise.all([start(), start()])
  secondUrl = `http://127.0.0.1:${(await house.openSecond()).port}`
})
afterAll(async () => {
  await Promise.all(workers.map((one) => one.stop()))
  await house.close()
  await cluster.stop()
})

/** Sends as a source does; workers take it down the line. */
async function send(tenant: Tenant, ...activities: Sent[]): Promise<void> {
  const answer = await caller(house.url, { authorization: `Bearer ${tenant.key}` }).post('/activities', activities)
  expect(answer.status).toBe(202)
}
const pending = () => house.web.stores.mongo.activities.countDocuments({ pendingSince: { $exists: true } })
const settled = () => until(async () => (await pending()) === 0, 20_000)

test('on a cluster whose masters hold one organization each, both servers show every call and deal as it comes', async () => {
  const places = await Promise.all(['pb:{floor}:', 'pb:{other}:', '{pb}:'].map((key) => cluster.masterOf(key)))
  expect(new Set(places).size).toBe(3)
  const walls = [house.url, secondUrl].map((url) => openWall(url, house.cookie('wall')))
  const theirs = openWall(secondUrl, house.other.cookie('wall'), 'other-points-today')
  await until(async () => [...walls, theirs].every((wall) => wall.link() === 'live'))
  await send(house, call('ana'), deal('bo'), call('ana'))
  await send(house.other, deal('other-cai'))
  const both = [...walls, theirs].map((wall) => until(async () => Object.keys(wall.shown()).length > 0, 15_000))
  await Promise.all(both)
  await settled()
  for (const wall of walls) await until(async () => wall.shown().Ana === 2 && wall.shown().Bo === 10)
  expect(walls.map((wall) => wall.shown())).toEqual([
    { Ana: 2, Bo: 10 },
    { Ana: 2, Bo: 10 },
  ])
  expect(theirs.shown()).toEqual({ 'other-Cai': 10 })
  for (const wall of [...walls, theirs]) wall.close()
})

test('contests, badges and the feed go on a cluster as they do on one node, and nothing differs', async () => {
  const screen = await openScreen(secondUrl, house.cookie('wall'))
  const contest = await makeContest(house, sprintInput(Date.now()))
  const badge = {
    ...{ name: { en: 'Three deals' }, icon: 'phone', metricId: 'revenue', cycle: { every: 'day' } },
    ...{ threshold: 3000, scope: 'person', revocable: true, active: true, past: 'grant' },
  }
  expect((await house.as('mia').post('/badges', badge)).status).toBe(201)
  await send(house, deal('ana', { amountCents: 1000 }), deal('ari', { amountCents: 500 }))
  await send(house, deal('cai', { amountCents: 9000 }), deal('ana', { amountCents: 2500 }))
  await settled()
  const sides = async () =>
    (await house.as('wall').get(`/contests/${contest.id}/view`)).body.sides.map(({ value }: { value: number }) => value)
  await until(async () => (await sides()).join() === '4000,9000', 15_000)
  const held = async (personId: string) => (await house.as('wall').get(`/people/${personId}/recognition`)).body.granted
  await until(async () => (await held('ana')).length === 1 && (await held('cai')).length === 1, 15_000)
  const told = () => screen.heard('celebration').flatMap(({ item }) => (item.type === 'badge' ? item.name : []))
  await until(async () => told().includes('Ana') && told().includes('Cai'))
  expect((await house.as('wall').get('/feed')).body.items.length).toBeGreaterThan(4)
  screen.close()
  expect(await house.differences()).toEqual([])
})

test('a running contest is counted once, whichever node a server happens to ask', async () => {
  const contest = await makeContest(house, sprintInput(Date.now()))
  const view = () => house.as('wall').get(`/contests/${contest.id}/view`)
  await view()
  const counted = vi.spyOn(house.web.stores.redis, 'applyContestFacts')
  for (let n = 0; n < 20; n++) await view()
  expect(counted).not.toHaveBeenCalled()
})

test('tries are counted, locks hold and jobs by the hundred are taken on a cluster', async () => {
  const { redis } = house.web.stores
  const limit = createTryLimit(redis, { name: 'test', tries: 2, windowS: 60 })
  expect([await limit.take('a'), await limit.take('a'), (await limit.take('a')) > 0]).toEqual([0, 0, true])
  await limit.giveBack('a')
  await house.web.queues.score(
    house.org,
    Array.from({ length: 1000 }, (_, n) => `nothing-${n}`),
  )
  await until(async () => (await house.web.queues.waitingToScore()) === 0, 15_000)
  expect(await house.web.queues.workers()).toBeGreaterThan(0)
})
