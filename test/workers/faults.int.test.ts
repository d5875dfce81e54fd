import { afterAll, beforeAll, expect, test } from 'vitest'
import { finishChanges } from '#server/data/definitionChange.ts'
import { createPageCache } from '#server/data/pageCache.ts'
import { isStoreAway } from '#server/data/storeAway.ts'
import { openStores, type Stores } from '#server/data/stores.ts'
import { threeCalls } from '#test/support/badge.ts'
import { caller } from '#test/support/caller.ts'
import { minuteMs, pastContest } from '#test/support/contest.ts'
import { allCommands, atEachCommand, failable, failPoint, tooLong } from '#test/support/faults.ts'
import { type House, openHouse } from '#test/support/house.ts'
import { record } from '#test/support/recorded.ts'
import { call, deal, type Sent } from '#test/support/sent.ts'
import { badgeRound } from '../../workers/badgeClock.ts'
import { contestRound } from '../../workers/contestClock.ts'
import { scorePass } from '../../workers/scorePass.ts'

let house: House
/** A worker process's worth of stores, which keeps tally pages. */
let worker: Stores
beforeAll(async () => {
  house = await openHouse({}, failable)
  worker = await openStores(house.config)
  worker.mongo.pageCache = createPageCache()
  const made = [
    await boss().post('/badges', { ...threeCalls, name: { en: 'Two calls' }, threshold: 2 }),
    await boss().post('/streaks', { name: { en: 'Callers' }, metricId: 'calls', target: 1, active: true }),
  ]
  expect(made.map(({ status }) => status)).toEqual([201, 201])
  await badgeRound(house.web, Date.now())
  await badgeRound(house.web, Date.now())
})
afterAll(async () => {
  await worker?.close()
  await house?.close()
})

const boss = () => house.as('boss')
const mongo = () => house.web.stores.mongo

/** Does some work; what it cannot do is refused for the database's sake, and for no other reason. */
async function tried(work: Promise<unknown>): Promise<void> {
  await work.catch((error) => {
    if (!isStoreAway(error)) throw error
  })
}

async function post(...activities: Sent[]): Promise<string[]> {
  const source = caller(house.url, { authorization: `Bearer ${house.key}` })
  expect((await source.post('/activities', activities)).body).toMatchObject({ rejected: [] })
  const found = await mongo()
    .activities.find({ pendingSince: { $exists: true } })
    .lean()
  return [...new Set(found.map(({ key }) => key))]
}

const values = async (boardId: string) =>
  Object.fromEntries(
    (await house.as('wall').get(`/boards/${boardId}/view`)).body.rows.map((row: { name: string; value: number }) => [
      row.name,
      row.value,
    ]),
  )

test('scoring everything anew is done in the end, wherever it was interrupted', async () => {
  await house.send(call('ana'), call('ana'), deal('bo'))
  const { items } = (await boss().get('/points-rules')).body
  const { id, ...rule } = items.find((one: { id: string }) => one.id === 'call-points')
  const before = (await values('points-today')).Ana
  const give = async (points: number) =>
    expect((await boss().put(`/points-rules/${id}`, { ...rule, award: { type: 'fixed', points } })).status).toBe(200)
  await atEachCommand(mongo(), async (at) => {
    await give(at + 2)
    return {
      attempt: () => tried(house.rederive()),
      async healed() {
        if ((await mongo().organizations.findById(house.org).lean())?.rederiveDue) await house.rederive()
        expect((await values('points-today')).Ana).toBe(before * (at + 2))
      },
    }
  })
  await give(1)
  await house.rederive()
  expect(await house.differences()).toEqual([])
})

test('a badge that looks at the past grants what was earned, wherever that was interrupted', async () => {
  await atEachCommand(mongo(), async (at) => {
    const name = { en: `Badge ${at}` }
    const made = await boss().post('/badges', { ...threeCalls, name, threshold: 2, past: 'quiet' })
    expect(made.status).toBe(201)
    return {
      attempt: () => tried(badgeRound(house.web, Date.now()).then(() => badgeRound(house.web, Date.now()))),
      async healed() {
        // As the sweep does after a while.
        await finishChanges(house.web, new Date(Date.now() + 1))
        for (let round = 0; round < 4; round++) await badgeRound(house.web, Date.now())
        expect(await mongo().badges.countDocuments({ past: { $ne: null } })).toBe(0)
        const granted = await mongo().badgeGrants.find({ badgeId: made.body.id, declined: false }).lean()
        expect(granted.map(({ personId }) => personId)).toEqual(['ana'])
      },
    }
  })
  expect(await house.differences()).toEqual([])
})

test('a contest is closed once, with its one result, wherever the closing was interrupted', async () => {
  const atMs = Date.now() - 120 * minuteMs
  await record(house, [{ sent: deal('cai', { occurredAt: new Date(atMs).toISOString() }), recordedAtMs: atMs }])
  await house.settle()
  await atEachCommand(mongo(), async () => {
    const contest = await pastContest(house)
    const round = () => contestRound(house.web, { nowMs: Date.now(), told: new Set() })
    return {
      attempt: () => tried(round()),
      async healed() {
        await round()
        const { phase, winnerTeamIds } = (await boss().get('/contests')).body.items.find(
          (one: { id: string }) => one.id === contest.id,
        )
        expect([phase, winnerTeamIds]).toEqual(['final', ['south']])
        expect(await mongo().feed.countDocuments({ 'item.contestId': contest.id })).toBe(1)
      },
    }
  })
  expect(await house.differences()).toEqual([])
})

test('a pass that some of its commands fail is tried again until it is through, and counts everything once', async () => {
  for (const command of allCommands)
    for (const times of [1, 2, 3]) {
      const { Ana: before = 0 } = await values('points-today')
      const keys = await post(call('ana'), call('ana'))
      await failPoint(mongo(), { times }, { failCommands: [command], ...tooLong })
      for (let attempt = 0; attempt <= times; attempt++) await tried(scorePass(worker, house.org, keys))
      await failPoint(mongo(), 'off')
      expect([command, times, (await values('points-today')).Ana]).toEqual([command, times, before + 2])
      await house.settle()
    }
  expect(await house.differences()).toEqual([])
})

test('a pass that is interrupted at any of its commands is made good by the next one', async () => {
  let { Ana: calls, Cai: points = 0 } = await values('points-today')
  let { Cai: won = 0 } = await values('won-this-month')
  await atEachCommand(mongo(), async (at) => {
    const big = deal('cai', { externalId: `big-${at}`, amountCents: 700 })
    await house.send(big, call('bo', { externalId: `void-${at}` }))
    const keys = await post(
      call('ana'),
      deal('cai', { externalId: `big-${at}`, amountCents: 500, revision: 2 }),
      call('bo', { externalId: `void-${at}`, revision: 2, voided: true }),
      call('', { person: { externalId: `nobody-${at}` } }),
    )
    calls += 1
    points += 10
    won += 500
    return {
      attempt: () => tried(scorePass(worker, house.org, keys)),
      async healed() {
        // As a job is tried again, by this worker or another one.
        await scorePass(at % 2 ? worker : house.web.stores, house.org, keys)
        expect(await values('won-this-month')).toMatchObject({ Cai: won })
        expect(await values('points-today')).toMatchObject({ Ana: calls, Cai: points })
        if (at % 8 === 0) expect([at, await house.differences()]).toEqual([at, []])
      },
    }
  })
  expect(await house.differences()).toEqual([])
  expect(await mongo().activities.countDocuments({ pendingSince: { $exists: true } })).toBe(0)
})
