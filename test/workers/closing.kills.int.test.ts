import { resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { knownThen, outcomeOf, resultOf } from '#server/data/contestOutcome.ts'
import { definitionsOf } from '#server/data/definitions.ts'
import type { ContestOutcomeDoc } from '#server/data/gameDocuments.ts'
import { subscribeNews } from '#server/data/news.ts'
import { connectRedis } from '#server/data/redis.ts'
import { openStores } from '#server/data/stores.ts'
import type { Contest } from '#shared/contest.ts'
import { until } from '#test/support/caller.ts'
import { minuteMs, pastContest } from '#test/support/contest.ts'
import { type House, openHouse } from '#test/support/house.ts'
import { startProcess } from '#test/support/processes.ts'
import { record } from '#test/support/recorded.ts'
import { startRedis } from '#test/support/redis.ts'
import { openScreen, type Screen } from '#test/support/screen.ts'
import { deal } from '#test/support/sent.ts'
import { spawnTied } from '../../bin/lib/child.mjs'
import { contestRound } from '../../workers/contestClock.ts'
import { type ClosePoint, closeContest } from '../../workers/contestClose.ts'

let house: House
let screen: Screen
beforeAll(async () => {
  house = await openHouse()
  screen = await openScreen(house.url, house.cookie('wall'))
})
afterAll(async () => {
  screen.close()
  await house.close()
})

const points: ClosePoint[] = ['computed', 'stored', 'told', 'celebrated', 'marked']

/** A contest that is due, won by the south. */
async function dueContest(): Promise<Contest> {
  const contest = await pastContest(house)
  const atMs = contest.startsAtMs + minuteMs
  const occurredAt = new Date(atMs).toISOString()
  await record(house, [
    { sent: deal('ana', { amountCents: 500, occurredAt }), recordedAtMs: atMs },
    { sent: deal('cai', { amountCents: 900, occurredAt }), recordedAtMs: atMs },
  ])
  return contest
}

/** A real process that closes what is due and is killed at a point; answers the signal that ended it. */
function closeAndDie(point: ClosePoint | 'none'): Promise<string | null> {
  const { MONGODB_URL, REDIS_URL } = house.config
  const script = resolve(import.meta.dirname, '../support/closeAt.ts')
  const child = spawnTied(process.execPath, [script, point, MONGODB_URL, REDIS_URL], { stdio: 'ignore' })
  return new Promise((done) => child.once('exit', (_code, signal) => done(signal)))
}

/** One result that can be worked out again, and one item in the feed. */
async function expectOneResult(contest: Contest): Promise<ContestOutcomeDoc> {
  const { mongo } = house.web.stores
  expect(await mongo.contestResults.countDocuments({ contestId: contest.id })).toBe(1)
  const outcome = await outcomeOf(mongo, contest.id)
  if (!outcome) throw new Error('There is no result')
  const again = await resultOf(mongo, { org: house.org, contest, ...knownThen(outcome) })
  expect(again.hash).toBe(outcome.hash)
  expect(outcome.result?.winnerTeamIds).toEqual(['south'])
  expect(await mongo.feed.countDocuments({ _id: `c-${contest.id}-final` })).toBe(1)
  const view = (await house.as('wall').get(`/contests/${contest.id}/view`)).body
  expect(view).toMatchObject({ phase: 'final', result: { hash: outcome.hash }, restatements: [] })
  return outcome
}

/** The result is one, it was celebrated once, and nothing is left to do. */
async function expectClosedOnce(contest: Contest): Promise<void> {
  const outcome = await expectOneResult(contest)
  const celebrated = () => screen.heard('celebration').filter(({ id }) => id === `c-${contest.id}-final`)
  await until(async () => celebrated().length > 0)
  expect(celebrated()).toHaveLength(1)
  const stored = await house.web.stores.mongo.contests.findById(contest.id).lean()
  expect(stored?.finalAtMs).toBe(outcome.decidedAt.getTime())
}

test.each(points)(
  'a worker that is killed when the result is %s leaves one result, told and celebrated once',
  async (point) => {
    const contest = await dueContest()
    expect(await closeAndDie(point)).toBe('SIGKILL')
    expect(await closeAndDie('none')).toBeNull()
    await expectClosedOnce(contest)
  },
)

test('workers that close at the same time leave one result', async () => {
  const contest = await dueContest()
  const close = () => contestRound(house.web, { nowMs: Date.now(), told: new Set() })
  await Promise.all([close(), close(), close(), closeAndDie('none')])
  await expectClosedOnce(contest)
})

test.each(points)(
  'Redis that is killed when the result is %s delays the news, and leaves one result',
  async (point) => {
    const contest = await dueContest()
    const redis = await startRedis({ durable: true })
    const stores = await openStores({ MONGODB_URL: house.config.MONGODB_URL, REDIS_URL: redis.url })
    const subscriber = connectRedis(redis.url, 'subscriber')
    const celebrated: string[] = []
    await subscriber.connect()
    await subscribeNews(subscriber, (_org, news) => {
      for (const one of news) if (one.type === 'celebration') celebrated.push(one.celebration.id)
    })
    const round = (hook: (at: ClosePoint) => Promise<void>) =>
      contestRound({ stores, queues: house.web.queues }, { nowMs: Date.now(), told: new Set(), hook })
    try {
      await round((at) => (at === point ? redis.kill() : Promise.resolve())).catch(() => undefined)
      await redis.start()
      await until(async () => subscriber.status === 'ready' && stores.redis.status === 'ready')
      await round(() => Promise.resolve())
      const outcome = await expectOneResult(contest)
      // What was told just before the kill may not have reached a listener, but nothing is told twice.
      if (point !== 'celebrated' && point !== 'marked') await until(async () => celebrated.length > 0)
      expect(new Set(celebrated).size).toBe(celebrated.length)
      const stored = await house.web.stores.mongo.contests.findById(contest.id).lean()
      expect(stored?.finalAtMs).toBe(outcome.decidedAt.getTime())
    } finally {
      subscriber.disconnect()
      await stores.close()
      await redis.stop()
    }
  },
)

test('a contest that ended while everything was down is closed by the first worker that comes up', async () => {
  const contest = await dueContest()
  const { MONGODB_URL, REDIS_URL } = house.config
  const workers = await startProcess('workers/main.ts', { MONGODB_URL, REDIS_URL })
  try {
    await until(async () => (await outcomeOf(house.web.stores.mongo, contest.id)) !== null, 15_000)
    await until(async () => (await house.web.stores.mongo.contests.findById(contest.id).lean())?.finalAtMs, 15_000)
    await expectClosedOnce(contest)
  } finally {
    await workers.stop()
  }
})

test('a server that is killed while a contest closes shows the same result when it is back', async () => {
  const contest = await dueContest()
  const { MONGODB_URL, REDIS_URL } = house.config
  const env = { MONGODB_URL, REDIS_URL, PORT: '0' }
  const server = await startProcess('server/main.ts', env)
  const { stores } = house.web
  const definitions = await definitionsOf(stores.mongo, house.org)
  if (!definitions) throw new Error('The house is empty')
  await closeContest(stores, definitions, { contest, nowMs: Date.now() }, async (at) => {
    if (at === 'stored') await server.kill()
  })
  const again = await startProcess('server/main.ts', env)
  try {
    const response = await fetch(`${again.facts.url}/api/v1/contests/${contest.id}/view`, {
      headers: { cookie: house.cookie('wall') },
    })
    expect(await response.json()).toMatchObject({ phase: 'final', result: { winnerTeamIds: ['south'] } })
  } finally {
    await again.stop()
  }
  await expectClosedOnce(contest)
})
