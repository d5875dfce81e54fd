import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '#test/support/caller.ts'
import { allCommands, failable, failPoint } from '#test/support/faults.ts'
import { type House, openHouse } from '#test/support/house.ts'
import { type Running, startProcess } from '#test/support/processes.ts'
import { pick, seeded } from '#test/support/seeded.ts'
import { startStream } from '#test/support/stream.ts'
import { openWall, type Wall } from '#test/support/wall.ts'

let house: House
let workers: Running[]
let walls: Wall[]
beforeAll(async () => {
  house = await openHouse({}, failable)
  const { MONGODB_URL, REDIS_URL } = house.config
  const start = () => startProcess('workers/main.ts', { MONGODB_URL, REDIS_URL })
  workers = await Promise.all([start(), start()])
  const second = await house.openSecond()
  walls = [house.url, `http://127.0.0.1:${second.port}`].map((url) => openWall(url, house.cookie('wall')))
})
afterAll(async () => {
  for (const wall of walls ?? []) wall.close()
  await Promise.all((workers ?? []).map((one) => one.stop()))
  await house?.close()
})

/** What a database does to a command that cannot be done just now. */
const faults = [
  { errorCode: 50 },
  { errorCode: 11602 },
  { errorCode: 10107 },
  { closeConnection: true },
  { blockConnection: true, blockTimeMS: 400 },
  { writeConcernError: { code: 64, errmsg: 'waiting for replication timed out' } },
]
const seed = 20_261_129
const rounds = 40
const roundMs = 200

test('the database fails at something again and again amid a stream of calls: what was taken is on the walls in the end', {
  timeout: 120_000,
}, async () => {
  const { mongo } = house.web.stores
  const random = seeded(seed)
  const stream = startStream(house, house.url)
  await until(async () => (walls[1]?.shown().Cai ?? 0) > 0, 15_000)
  for (let round = 0; round < rounds; round++) {
    const times = pick(random, [1, 2, 5, 20])
    await failPoint(mongo, { times }, { failCommands: [pick(random, allCommands)], ...pick(random, faults) })
    await sleep(roundMs)
  }
  await failPoint(mongo, 'off')
  await stream.stop()
  expect(stream.refused.filter((status) => status !== 503)).toEqual([])
  await until(async () => (await mongo.activities.countDocuments({ pendingSince: { $exists: true } })) === 0, 45_000)
  const all = (wall: Wall) => Object.entries(stream.accepted).every(([who, calls]) => wall.shown()[who] === calls)
  for (const wall of walls) await until(async () => all(wall), 15_000)
  expect(await house.differences()).toEqual([])
  expect(workers.map(({ child }) => [child.exitCode, child.signalCode])).toEqual(Array(2).fill([null, null]))
})
