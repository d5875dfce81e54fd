import { randomBytes } from 'node:crypto'
import { Redis } from 'ioredis'
import { boardInstance, writeStandings } from '#server/data/boards.ts'
import { type Definitions, definitionsOf } from '#server/data/definitions.ts'
import { openStores } from '#server/data/stores.ts'
import { localDay } from '#shared/period.ts'
import { loadBoardId, org } from '../product/floor.ts'
import { defineApply } from '../skeleton/applyEvent.ts'
import { personId } from '../support/line.ts'

export interface BoardWrites {
  env: { MONGODB_URL: string; REDIS_URL: string }
  seconds: number
  /** Events in one call. */
  perCall: number
}

const boards = 6

/** Absolute standings of as many members as a call has events, on six boards, as a pass writes them. */
export async function productWrites({ env, seconds, perCall }: BoardWrites): Promise<number> {
  const stores = await openStores(env)
  const definitions = (await definitionsOf(stores.mongo, org)) as Definitions
  const today = localDay(Date.now(), definitions.organization.zone)
  const instances = definitions.boards
    .filter(({ id }) => Array.from({ length: boards }, (_, index) => loadBoardId(index)).includes(id))
    .flatMap((board) => boardInstance(definitions, board, today) ?? [])
  const firstEntries = Date.now()
  const perSecond = await repeat(seconds, perCall, async (call) => {
    const nowMs = Date.now()
    const standings = Array.from({ length: perCall }, (_, index) => ({
      memberId: personId(index),
      entries: firstEntries + call,
      value: (call + 1) * 10_000 + index,
      second: call,
      lastAtMs: nowMs,
    }))
    await Promise.all(instances.map((instance) => writeStandings(stores, definitions, instance, { standings, nowMs })))
  })
  await stores.close()
  return perSecond
}

/** The skeleton's one call: once per id, and six increments. */
export async function bareWrites({ env, seconds, perCall }: BoardWrites): Promise<number> {
  const redis = new Redis(env.REDIS_URL)
  const apply = defineApply(redis)
  const run = randomBytes(6).toString('hex')
  const perSecond = await repeat(seconds, perCall, async (call) => {
    const triples = Array.from({ length: perCall }, (_, index) => [`${run}-${call}-${index}`, personId(index), 1])
    await apply(triples.flat())
  })
  await redis.del('applied')
  redis.disconnect()
  return perSecond
}

async function repeat(seconds: number, perCall: number, once: (call: number) => Promise<void>): Promise<number> {
  for (let call = 0; call < 20; call++) await once(call)
  const startMs = performance.now()
  let calls = 0
  while (performance.now() - startMs < seconds * 1000) await once(20 + calls++)
  return (calls * perCall * 1000) / (performance.now() - startMs)
}
