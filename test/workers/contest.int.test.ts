import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { knownThen, outcomeOf, resultOf } from '#server/data/contestOutcome.ts'
import { definitionsOf } from '#server/data/definitions.ts'
import { type Contest, closesAtMs } from '#shared/contest.ts'
import { makeContest, minuteMs, pastContest, sprintInput } from '#test/support/contest.ts'
import { type House, openHouse } from '#test/support/house.ts'
import { record } from '#test/support/recorded.ts'
import { deal } from '#test/support/sent.ts'
import { contestRound, settleMs } from '../../workers/contestClock.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())
beforeEach(async () => {
  // Contests of other tests would see the same activities.
  await house.web.stores.mongo.activities.deleteMany({})
  await house.web.stores.mongo.contests.deleteMany({})
})

const view = async (id: string) => (await house.as('wall').get(`/contests/${id}/view`)).body
const values = async (id: string) => (await view(id)).sides.map((side: { value: number }) => side.value)
const round = (nowMs: number) => contestRound(house.web, { nowMs, told: new Set() })
const during = ({ startsAtMs }: Contest) => startsAtMs + minuteMs
const at = (ms: number) => new Date(ms).toISOString()

test('a contest shows each side’s score, its best people and who leads as deals come in', async () => {
  const contest = await makeContest(house, sprintInput(Date.now()))
  expect(await values(contest.id)).toEqual([0, 0])
  await house.send(deal('ana', { amountCents: 500 }), deal('ari', { amountCents: 200 }), deal('bo'))
  await house.send(deal('cai', { amountCents: 900 }))
  const seen = await view(contest.id)
  expect(seen.phase).toBe('live')
  expect(seen.sides[0]).toMatchObject({ value: 700, momentum: 700, rosterSize: 2 })
  expect(seen.sides[0].top).toEqual([
    { personId: 'ana', name: 'Ana', value: 500 },
    { personId: 'ari', name: 'Ari', value: 200 },
  ])
  expect(seen.sides[1]).toMatchObject({ value: 900, momentum: 900 })
  expect(seen.leadChanges).toBe(1)
  expect(seen.sources).toEqual([{ sourceId: house.sourceId, name: 'CRM', lastAtMs: expect.any(Number) }])
})

test('a corrected, a moved and a voided deal change the score of a running contest', async () => {
  const nowMs = Date.now()
  const contest = await makeContest(house, sprintInput(nowMs))
  const sent = deal('ana', { amountCents: 500 })
  await house.send(sent)
  await house.send({ ...sent, revision: 2, value: { amountMinor: 300, currency: 'EUR' } })
  expect(await values(contest.id)).toEqual([300, 0])
  await house.send({ ...sent, revision: 3, person: { id: 'cai' } })
  expect(await values(contest.id)).toEqual([0, 500])
  await house.send({ ...sent, revision: 4, occurredAt: at(nowMs - 90 * minuteMs) })
  expect(await values(contest.id)).toEqual([0, 0])
  await house.send({ ...sent, revision: 5 })
  await house.send({ ...sent, revision: 6, voided: true })
  expect(await values(contest.id)).toEqual([0, 0])
})

test('a contest that is made while it runs, and one whose score was lost, count what happened before', async () => {
  await house.send(deal('ana', { amountCents: 500 }))
  const contest = await makeContest(house, sprintInput(Date.now()))
  expect(await values(contest.id)).toEqual([500, 0])
  const { redis } = house.web.stores
  for (const key of await redis.keys('pb:*:contest:*')) await redis.del(key)
  expect(await values(contest.id)).toEqual([500, 0])
})

test('a late deal inside the grace changes the result, one after it opens a restatement and the winner stands', async () => {
  const contest = await pastContest(house)
  const closeMs = closesAtMs(contest)
  await record(house, [
    { sent: deal('ana', { amountCents: 500, occurredAt: at(during(contest)) }), recordedAtMs: during(contest) },
    { sent: deal('cai', { amountCents: 600, occurredAt: at(during(contest)) }), recordedAtMs: closeMs - 1 },
  ])
  await house.settle()
  await round(closeMs)
  expect(await outcomeOf(house.web.stores.mongo, contest.id)).toBeNull()
  await round(closeMs + settleMs)
  const closed = await view(contest.id)
  expect(closed).toMatchObject({ phase: 'final', result: { winnerTeamIds: ['south'] }, restatements: [] })

  const late = deal('ana', { amountCents: 1000, occurredAt: at(during(contest)) })
  await record(house, [{ sent: late, recordedAtMs: closeMs }])
  await house.settle()
  await round(closeMs + 60_000)
  await round(closeMs + 61_000)
  const restated = await view(contest.id)
  expect(restated.result).toEqual(closed.result)
  expect(restated.sides.map((side: { value: number }) => side.value)).toEqual([500, 600])
  expect(restated.restatements).toHaveLength(1)
  expect(restated.restatements[0].sides).toEqual([
    { teamId: 'north', value: 1500 },
    { teamId: 'south', value: 600 },
  ])
  const { body } = await house.as('wall').get('/feed')
  const phases = body.items.filter((item: { contestId?: string }) => item.contestId === contest.id)
  expect(phases.map((item: { phase: string }) => item.phase)).toEqual(['restated', 'final', 'closing'])
})

test('a deal that was recorded in time but stored after the close opens a restatement, and the result can still be verified', async () => {
  const contest = await pastContest(house)
  const closeMs = closesAtMs(contest)
  const first = deal('ana', { amountCents: 500, occurredAt: at(during(contest)) })
  const second = deal('ana', { amountCents: 600, occurredAt: at(during(contest)) })
  await record(house, [
    { sent: first, recordedAtMs: closeMs - 1 },
    { sent: second, recordedAtMs: during(contest) },
  ])
  await house.settle()
  await round(closeMs + settleMs)
  // A database that hung has written them down only now: a deal, and another amount of one that had been known.
  const corrected = { ...first, revision: 2, value: { amountMinor: 900, currency: 'EUR' } }
  await record(house, [
    { sent: deal('cai', { amountCents: 2000, occurredAt: at(during(contest)) }), recordedAtMs: closeMs - 1 },
    { sent: corrected, recordedAtMs: closeMs - 1 },
  ])
  await house.settle()
  await round(closeMs + 60_000)
  const { sides, restatements } = await view(contest.id)
  expect(sides.map((side: { value: number }) => side.value)).toEqual([1100, 0])
  expect(restatements[0].sides.map((side: { value: number }) => side.value)).toEqual([1500, 2000])
  expect((await house.differences()).filter(({ where }) => where.includes(contest.id))).toEqual([])
})

test('the newest note on a closed contest says what holds now, also when a late deal is corrected back or withdrawn', async () => {
  const contest = await pastContest(house)
  const closeMs = closesAtMs(contest)
  await record(house, [
    { sent: deal('ana', { amountCents: 500, occurredAt: at(during(contest)) }), recordedAtMs: during(contest) },
  ])
  await round(closeMs + settleMs)
  const late = deal('ana', { amountCents: 1000, occurredAt: at(during(contest)) })
  const newest: number[] = []
  for (const [turn, change] of [
    {},
    { value: { amountMinor: 2000, currency: 'EUR' } },
    {},
    { voided: true },
  ].entries()) {
    await record(house, [{ sent: { ...late, ...change, revision: turn + 1 }, recordedAtMs: closeMs + turn }])
    await house.settle()
    await round(closeMs + (turn + 1) * 60_000)
    newest.push((await view(contest.id)).restatements[0].sides[0].value)
  }
  expect(newest).toEqual([1500, 2500, 1500, 500])
})

test('a late fact that changes nobody’s value restates nothing', async () => {
  const contest = await pastContest(house)
  const closeMs = closesAtMs(contest)
  await record(house, [{ sent: deal('ana', { occurredAt: at(during(contest)) }), recordedAtMs: during(contest) }])
  await round(closeMs + settleMs)
  await record(house, [{ sent: deal('bo', { occurredAt: at(during(contest)) }), recordedAtMs: closeMs + 1 }])
  await house.settle()
  await round(closeMs + 60_000)
  expect((await view(contest.id)).restatements).toEqual([])
})

test('any arrival order of the same activities gives the same result hash, which can be worked out again', async () => {
  const { mongo } = house.web.stores
  const contest = await pastContest(house)
  const people = ['ana', 'ari', 'bo', 'cai']
  const sent = Array.from({ length: 24 }, (_, n) =>
    deal(people[n % 4] ?? '', { amountCents: 100 + n * 7, occurredAt: at(during(contest) + n * minuteMs) }),
  )
  const all = [
    ...sent.map((one, n) => ({ sent: one, recordedAtMs: during(contest) + 40 * minuteMs + n })),
    ...sent.slice(0, 8).map((one, n) => ({
      sent: { ...one, revision: 2, voided: n % 2 === 0 },
      recordedAtMs: during(contest) + 50 * minuteMs + n,
    })),
    ...sent.slice(8, 10).map((one) => ({ sent: { ...one, revision: 3 }, recordedAtMs: closesAtMs(contest) + 1 })),
  ]
  const hashes = new Set<string>()
  for (let turn = 0; turn < 4; turn++) {
    await mongo.activities.deleteMany({})
    const shuffled = all
      .map((one, n) => ({ one, place: (n * 7919 + turn * 104_729) % 101 }))
      .sort((a, b) => a.place - b.place)
    for (const { one } of shuffled) {
      await record(house, [one])
      if (turn === 0) await house.settle()
    }
    const definitions = await definitionsOf(mongo, house.org)
    hashes.add(
      (await resultOf(mongo, { org: house.org, contest, personIds: definitions?.personIds ?? new Map() })).hash,
    )
  }
  await round(closesAtMs(contest) + settleMs)
  const outcome = await outcomeOf(mongo, contest.id)
  expect([...hashes]).toEqual([outcome?.hash])
  const again = await resultOf(mongo, {
    org: house.org,
    contest,
    ...(outcome ? knownThen(outcome) : { personIds: new Map() }),
  })
  expect(again.hash).toBe(outcome?.hash)
})

test('someone who becomes known only after the close opens a restatement, and the result can still be verified', async () => {
  const { mongo } = house.web.stores
  const contest = await pastContest(house)
  const closeMs = closesAtMs(contest)
  await record(house, [
    {
      sent: { ...deal('ana'), person: { externalId: 'A-1' }, occurredAt: at(during(contest)) },
      recordedAtMs: during(contest),
    },
    { sent: deal('cai', { amountCents: 300, occurredAt: at(during(contest)) }), recordedAtMs: during(contest) },
  ])
  await house.settle()
  await round(closeMs + settleMs)
  expect((await view(contest.id)).result.winnerTeamIds).toEqual(['south'])
  await mongo.people.updateOne(
    { _id: 'ana' },
    { $set: { identities: [{ sourceId: house.sourceId, externalId: 'A-1' }] } },
  )
  await mongo.organizations.updateOne({ _id: house.org }, { $inc: { version: 1 } })
  await mongo.activities.updateMany({}, { $set: { pendingSince: new Date() } })
  await house.settle()
  await round(closeMs + 60_000)
  expect((await view(contest.id)).restatements[0].sides[0]).toEqual({ teamId: 'north', value: 100_000 })
  const outcome = await outcomeOf(mongo, contest.id)
  if (!outcome) throw new Error('no outcome')
  const again = await resultOf(mongo, { org: house.org, contest, ...knownThen(outcome) })
  expect(again.hash).toBe(outcome.hash)
  await mongo.people.updateOne({ _id: 'ana' }, { $set: { identities: [] } })
  await mongo.organizations.updateOne({ _id: house.org }, { $inc: { version: 1 } })
})

test('a contest that has begun cannot be changed, one that is final cannot be cancelled, a cancelled one gets no result', async () => {
  const nowMs = Date.now()
  const boss = house.as('boss')
  const running = await makeContest(house, sprintInput(nowMs))
  expect((await boss.put(`/contests/${running.id}`, sprintInput(nowMs))).body.code).toBe('contest.begun')
  const later = await makeContest(house, sprintInput(nowMs, { startsAtMs: nowMs + minuteMs }))
  const changed = await boss.put(
    `/contests/${later.id}`,
    sprintInput(nowMs, { startsAtMs: nowMs + 2 * minuteMs, endsAtMs: nowMs + 61 * minuteMs, graceMs: 0 }),
  )
  expect(changed.body.contest.graceMs).toBe(0)
  expect((await boss.post(`/contests/${later.id}/cancel`)).status).toBe(204)
  await round(closesAtMs(running) + settleMs)
  expect((await view(later.id)).phase).toBe('cancelled')
  expect((await boss.post(`/contests/${running.id}/cancel`)).body.code).toBe('contest.final')
  const { items } = (await house.as('wall').get('/contests')).body
  expect(items.map((item: { phase: string }) => item.phase)).toEqual(['cancelled', 'final'])
  expect((await house.as('ana').post('/contests', sprintInput(nowMs))).status).toBe(403)
  expect((await house.other.as('mia').get(`/contests/${running.id}/view`)).status).toBe(404)
})

test('a contest keeps to the metric that it began with, and follows it until then', async () => {
  const nowMs = Date.now()
  const { mongo } = house.web.stores
  const running = await makeContest(house, sprintInput(nowMs))
  const later = await makeContest(house, sprintInput(nowMs, { startsAtMs: nowMs + minuteMs }))
  await mongo.metrics.updateOne({ _id: 'revenue' }, { $set: { name: { en: 'Income' } } })
  await mongo.organizations.updateOne({ _id: house.org }, { $inc: { version: 1 } })
  await round(nowMs)
  expect((await view(running.id)).metricName).toEqual({ en: 'revenue' })
  expect((await view(later.id)).metricName).toEqual({ en: 'Income' })
})

test('a contest is closed in time, however many others go on', async () => {
  const { mongo } = house.web.stores
  const long = await makeContest(house, sprintInput(Date.now()))
  const doc = await mongo.contests.findById(long.id).lean()
  const others = Array.from({ length: 500 }, (_, n) => ({ ...doc, _id: `long-${n}`, startsAtMs: n }))
  await mongo.contests.collection.insertMany(others as never[])
  const due = await pastContest(house)
  await round(closesAtMs(due) + settleMs)
  expect((await view(due.id)).phase).toBe('final')
  await mongo.contests.collection.deleteMany({ _id: /^long-/ as never })
})
