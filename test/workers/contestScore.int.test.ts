import { afterAll, beforeAll, expect, test } from 'vitest'
import { resultOf } from '#server/data/contestOutcome.ts'
import { contestEdition, readScore } from '#server/data/contestScores.ts'
import { bumpVersion, definitionsOf } from '#server/data/definitions.ts'
import { leadChanges } from '#shared/contestResult.ts'
import { makeContest, minuteMs, sprintInput } from '#test/support/contest.ts'
import { type House, openHouse } from '#test/support/house.ts'
import { record } from '#test/support/recorded.ts'
import { call, deal } from '#test/support/sent.ts'
import { scorePass } from '../../workers/scorePass.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

test('with daily caps, corrections and passes at the same time, the running score is what the result would be', async () => {
  const { stores } = house.web
  await stores.mongo.pointsRules.updateOne({ _id: 'call-points' }, { $set: { dailyCap: 20 } })
  await bumpVersion(stores.mongo, house.org, { boards: false })
  const nowMs = Date.now()
  const contest = await makeContest(house, sprintInput(nowMs, { metricId: 'points' }))
  const people = ['ana', 'ari', 'bo', 'cai']
  const first = Array.from({ length: 160 }, (_, n) =>
    (n % 9 ? call : deal)(people[(n * 7) % 4] ?? '', {
      occurredAt: new Date(nowMs - ((n * 37) % 70) * minuteMs).toISOString(),
    }),
  )
  const second = first.flatMap((one, n) =>
    n % 3 ? [] : [{ ...one, revision: 2, voided: n % 2 === 0, person: { id: 'cai' } }],
  )
  await record(
    house,
    first.map((sent) => ({ sent, recordedAtMs: nowMs })),
  )
  const keys = (await stores.mongo.activities.find({ org: house.org }).lean()).map(({ key }) => key)
  const pass = (from: number, to: number) => scorePass(stores, house.org, keys.slice(from, to))
  await Promise.all([
    pass(0, 100),
    pass(60, 160),
    record(
      house,
      second.map((sent) => ({ sent, recordedAtMs: nowMs + 1 })),
    ).then(() => pass(0, 160)),
    pass(20, 140),
  ])
  await house.settle()
  const definitions = await definitionsOf(stores.mongo, house.org)
  const personIds = definitions?.personIds ?? new Map<string, string>()
  const { result } = await resultOf(stores.mongo, { org: house.org, contest, personIds })
  const score = await readScore(stores, house.org, contest, contestEdition(contest))
  expect(score.totals).toEqual(result.sides.map((side) => side.total))
  expect(leadChanges(contest, score.moves)).toBe(result.leadChanges)
  const best = (side: number) => [...(result.sides[side]?.people ?? [])].map(({ value }) => value).sort((a, b) => b - a)
  expect(score.top.map((top) => top.map(({ value }) => value))).toEqual([best(0).slice(0, 5), best(1).slice(0, 5)])
  expect(result.sides[0]?.total).toBeGreaterThan(0)
})

test('a contest of thousands of deals still shows its score, its momentum and that the lead changed', async () => {
  const { stores } = house.web
  await stores.mongo.activities.deleteMany({})
  const nowMs = Date.now()
  const contest = await makeContest(house, sprintInput(nowMs))
  const at = (minutesAgo: number) => new Date(nowMs - minutesAgo * minuteMs).toISOString()
  const many = (person: string, minutesAgo: number) =>
    Array.from({ length: 1100 }, () => deal(person, { amountCents: 100, occurredAt: at(minutesAgo) }))
  await record(
    house,
    [...many('cai', 40), ...many('ana', 30), deal('ari', { amountCents: 700, occurredAt: at(5) })].map((sent) => ({
      sent,
      recordedAtMs: nowMs,
    })),
  )
  await house.settle()
  const score = await readScore(stores, house.org, contest, contestEdition(contest))
  const { sides, leadChanges: changes } = (await house.as('wall').get(`/contests/${contest.id}/view`)).body
  expect(score.totals).toEqual([110_700, 110_000])
  expect(sides[0].momentum).toBe(700)
  expect(changes).toBe(1)
  expect(score.moves.length).toBeLessThan(10)
})
