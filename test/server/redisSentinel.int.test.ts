import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { caller, until } from '#test/support/caller.ts'
import type { House, Tenant } from '#test/support/house.ts'
import { startSentinel, type TestSentinel } from '#test/support/redisSentinel.ts'
import { deal } from '#test/support/sent.ts'
import { startStream } from '#test/support/stream.ts'
import { openTwoOfEach } from '#test/support/twoOfEach.ts'
import type { Wall } from '#test/support/wall.ts'

let redis: TestSentinel
let house: House
let walls: Wall[]
let close: () => Promise<void>
beforeAll(async () => {
  redis = await startSentinel()
  ;({ house, walls, close } = await openTwoOfEach(redis.url))
})
afterAll(async () => {
  await close?.()
  await redis?.stop()
})

const pending = ({ org }: Tenant) =>
  house.web.stores.mongo.activities.countDocuments({ org, pendingSince: { $exists: true } })

test('the master dies amid a stream of calls: every one is on both walls in the end, and so is a deal of which the replica had heard nothing', async () => {
  const stream = startStream(house, house.url)
  await until(async () => (walls[0]?.shown().Cai ?? 0) > 2, 15_000)
  const theirs = async () => (await house.other.as('wall').get('/boards/other-points-today/view')).body.rows
  expect(await theirs()).toEqual([])
  // The replica has what was there so far, sleeps, and so does not take the line up again when it is cut.
  await sleep(500)
  process.kill(redis.replica.pid(), 'SIGSTOP')
  await redis.master.ask('CLIENT', 'KILL', 'TYPE', 'replica')
  const source = caller(house.url, { authorization: `Bearer ${house.other.key}` })
  expect((await source.post('/activities', deal('other-cai'))).status).toBe(202)
  await until(async () => (await theirs()).length === 1 && (await pending(house.other)) === 0, 15_000)
  await redis.master.kill()
  process.kill(redis.replica.pid(), 'SIGCONT')
  await until(async () => String(await redis.replica.ask('ROLE').catch(() => '')).startsWith('master'), 20_000)
  await sleep(1000)
  await stream.stop()
  expect(stream.refused).toEqual([])
  await until(async () => (await pending(house)) === 0, 25_000)
  for (const wall of walls) await until(async () => sameCounts(wall.shown(), stream.accepted), 15_000)
  expect(await theirs()).toMatchObject([{ name: 'other-Cai', value: 10 }])
  expect(await house.differences()).toEqual([])
})

function sameCounts(shown: Record<string, number | null>, sent: Record<string, number>): boolean {
  return Object.entries(sent).every(([who, calls]) => shown[who] === calls)
}
