import { afterAll, beforeAll, expect, test } from 'vitest'
import { endLostSessions } from '#server/realtime/lostSessions.ts'
import { until } from '../support/caller.ts'
import { type House, openHouse } from '../support/house.ts'
import { startRedis, type TestRedis } from '../support/redis.ts'
import { openScreen } from '../support/screen.ts'

let redis: TestRedis
let house: House
beforeAll(async () => {
  redis = await startRedis()
  house = await openHouse({ REDIS_URL: redis.url })
})
afterAll(async () => {
  await house?.close()
  await redis?.stop()
})

/** What each server does every minute. */
const check = () => endLostSessions(house.web.realtime.io.sockets.sockets.values(), house.web.stores.mongo)

test('who signs out while Redis is away is out, and the screen of that session ends when the server next looks', async () => {
  const screen = await openScreen(house.url, house.cookie('mia'))
  const other = await openScreen(house.url, house.cookie('ana'))
  await redis.kill()
  expect((await house.as('mia').delete('/session')).status).toBe(204)
  expect((await house.as('mia').get('/session')).status).toBe(401)
  expect(screen.socket.connected).toBe(true)
  await check()
  await until(async () => !screen.socket.connected)
  expect(other.socket.connected).toBe(true)
  other.close()
  await redis.start()
  await until(async () => (await fetch(`${house.url}/readyz`)).ok, 15_000)
})

test('whoever has other rights keeps no screen with the old ones, even if nobody heard of the change', async () => {
  const { mongo } = house.web.stores
  const screens = await Promise.all(
    (['ana', 'wall', 'boss'] as const).map((who) => openScreen(house.url, house.cookie(who))),
  )
  await mongo.users.updateOne({ _id: house.userId('ana') }, { $set: { role: 'viewer' } })
  await mongo.users.updateOne({ _id: house.userId('wall') }, { $set: { active: false } })
  await check()
  const [ana, wall, boss] = screens
  await until(async () => !ana?.socket.connected && !wall?.socket.connected)
  expect(boss?.socket.connected).toBe(true)
  for (const screen of screens) screen.close()
})
