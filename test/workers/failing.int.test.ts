import { afterAll, beforeAll, expect, test } from 'vitest'
import { outcomeOf } from '#server/data/contestOutcome.ts'
import { closesAtMs } from '#shared/contest.ts'
import { minuteMs, pastContest } from '#test/support/contest.ts'
import { type FailingHouse, openFailingHouse } from '#test/support/failingHouse.ts'
import { record } from '#test/support/recorded.ts'
import { call, deal } from '#test/support/sent.ts'
import { badgeRound } from '../../workers/badgeClock.ts'
import { contestRound, settleMs } from '../../workers/contestClock.ts'

let parts: FailingHouse
beforeAll(async () => {
  parts = await openFailingHouse()
})
afterAll(() => parts.close())

/** Whether work failed: it throws, as a job does that is tried again. */
const attempt = (work: () => Promise<unknown>) => () =>
  work().then(
    () => false,
    () => true,
  )
const failed = (outcome: boolean) => outcome
const view = async (id: string) => (await parts.house.as('wall').get(`/boards/${id}/view`)).body

test('wherever the database fails amid scoring, the pass that is made again leaves everything right', async () => {
  const { house, untilDone } = parts
  const kept = deal('ana', { amountCents: 700 })
  await house.send(kept)
  const corrected = { ...kept, revision: 2, value: { amountMinor: 900, currency: 'EUR' } }
  const now = Date.now()
  const sent = [corrected, call('ana'), call('ana'), call('ana'), deal('bo', { amountCents: 50 }), call('nobody')]
  await record(
    house,
    sent.map((one) => ({ sent: one, recordedAtMs: now })),
  )
  const { failures } = await untilDone(attempt(house.settle), failed)
  expect(failures).toBeGreaterThan(10)
  expect(
    (
      await untilDone(
        attempt(() => badgeRound(house.web, Date.now())),
        failed,
      )
    ).failures,
  ).toBeGreaterThan(0)
  await house.settle()
  expect(await house.differences()).toEqual([])
  const rows = (await view('points-today')).rows.map((row: { id: string; value: number }) => [row.id, row.value])
  await house.rederive()
  expect((await view('points-today')).rows.map((row: { id: string; value: number }) => [row.id, row.value])).toEqual(
    rows,
  )
})

test('wherever the database fails amid the close of a contest, there is one result, told once', async () => {
  const { house, untilDone } = parts
  const contest = await pastContest(house)
  const at = contest.startsAtMs + minuteMs
  const occurredAt = new Date(at).toISOString()
  await record(house, [
    { sent: deal('ana', { amountCents: 500, occurredAt }), recordedAtMs: at },
    { sent: deal('cai', { amountCents: 600, occurredAt }), recordedAtMs: at },
  ])
  await house.settle()
  const nowMs = closesAtMs(contest) + settleMs
  const round = () => contestRound(house.web, { nowMs, told: new Set() })
  expect((await untilDone(attempt(round), failed)).failures).toBeGreaterThan(5)
  expect((await outcomeOf(house.web.stores.mongo, contest.id))?.result?.winnerTeamIds).toEqual(['south'])
  const told = (await house.as('wall').get('/feed')).body.items.filter(
    (item: { contestId?: string; phase?: string }) => item.contestId === contest.id && item.phase === 'final',
  )
  expect(told).toHaveLength(1)
  expect(await house.differences()).toEqual([])
})

test('wherever the database fails amid scoring everything again, the next attempt gets to the end of it', async () => {
  const { house, untilDone } = parts
  const { failures } = await untilDone(attempt(house.rederive), failed)
  expect(failures).toBeGreaterThan(5)
  await house.settle()
  expect(await house.differences()).toEqual([])
})
