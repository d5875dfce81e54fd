import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ContestView } from '#shared/contract/contestView.ts'
import type { WatchReply } from '#shared/contract/realtime.ts'
import { until } from '#test/support/caller.ts'
import { makeContest, pastContest, sprintInput } from '#test/support/contest.ts'
import { type House, openHouse } from '#test/support/house.ts'
import { openScreen, type Screen } from '#test/support/screen.ts'
import { deal } from '#test/support/sent.ts'
import { contestRound } from '../../workers/contestClock.ts'

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

const watch = (on: Screen, contestId: string): Promise<WatchReply<ContestView>> =>
  on.socket.timeout(5000).emitWithAck('contest:watch', { contestId })
const viewsOf = (contestId: string, on = screen) => on.heard('contest:view').filter(({ id }) => id === contestId)
/** Waits until a screen has been told all that was sent to it so far: its messages are answered in their order. */
const caughtUp = (on: Screen) => watch(on, 'nothing')

test('a screen that watches a contest sees it move, at most ten times a second', async () => {
  const contest = await makeContest(house, sprintInput(Date.now()))
  const reply = await watch(screen, contest.id)
  expect(reply).toMatchObject({ ok: true, view: { id: contest.id, phase: 'live' } })
  const startedMs = performance.now()
  for (let n = 0; n < 30; n++) await house.send(deal(n % 2 ? 'ana' : 'cai', { amountCents: 100 + n }))
  const spentMs = performance.now() - startedMs
  const last = await until(async () => {
    const view = viewsOf(contest.id).at(-1)
    return view && (view.sides[0]?.value ?? 0) + (view.sides[1]?.value ?? 0) === 3435 ? view : null
  })
  expect(last.leadChanges).toBeGreaterThan(0)
  expect(viewsOf(contest.id).length).toBeLessThanOrEqual(spentMs / 100 + 4)
  const seqs = viewsOf(contest.id).map(({ seq }) => seq)
  expect(seqs).toEqual([...seqs].sort((a, b) => a - b))
  const other = await openScreen(house.url, house.cookie('wall'))
  await watch(other, contest.id)
  if (reply.ok) screen.socket.emit('contest:unwatch', { room: reply.room })
  await caughtUp(screen)
  const before = viewsOf(contest.id).length
  await house.send(deal('ana', { amountCents: 7 }))
  await until(async () =>
    viewsOf(contest.id, other)
      .at(-1)
      ?.sides.some(({ value }) => value === 1732),
  )
  await caughtUp(screen)
  expect(viewsOf(contest.id)).toHaveLength(before)
  other.close()
})

test('a screen sees the contest become final, and its celebration', async () => {
  const contest = await pastContest(house)
  const occurredAt = new Date(contest.startsAtMs + 1000).toISOString()
  await house.send(deal('ana', { occurredAt }))
  await watch(screen, contest.id)
  // It was recorded now, after the close: it is a restatement from the first moment on.
  await contestRound(house.web, { nowMs: Date.now(), told: new Set() })
  const view = await until(async () => viewsOf(contest.id).find(({ phase }) => phase === 'final'))
  expect(view.result?.winnerTeamIds).toEqual([])
  const won = await pastContest(house, { graceMs: 7 * 86_400_000 - 1, endsAtMs: Date.now() - 1000 })
  await house.send(deal('cai', { amountCents: 1e9, occurredAt: new Date(Date.now() - 5000).toISOString() }))
  await contestRound(house.web, { nowMs: Date.now() + 8 * 86_400_000, told: new Set() })
  const celebration = await until(async () =>
    screen.heard('celebration').find(({ item }) => item.type === 'contest' && item.contestId === won.id),
  )
  expect(celebration).toMatchObject({ priority: 9, item: { phase: 'final', winner: 'South' } })
})

test('nobody watches a contest of another organization, or one that is not there', async () => {
  const contest = await makeContest(house, sprintInput(Date.now()))
  const stranger = await openScreen(house.url, house.other.cookie('wall'))
  expect(await watch(stranger, contest.id)).toMatchObject({ ok: false, problem: { code: 'contest.not_found' } })
  expect(await watch(screen, 'nothing')).toMatchObject({ ok: false, problem: { code: 'contest.not_found' } })
  stranger.close()
})
