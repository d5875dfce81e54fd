import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { bumpVersion } from '#server/data/definitions.ts'
import { rebuildOrganization } from '#server/data/rebuild.ts'
import type { BadgeRequest } from '#shared/badge.ts'
import { addDays, dayStartMs, localDay } from '#shared/period.ts'
import { threeCalls } from '#test/support/badge.ts'
import { floorSettings } from '#test/support/floor.ts'
import { type House, openHouse } from '#test/support/house.ts'
import { call, deal } from '#test/support/sent.ts'
import { badgeRound } from '../../../workers/badgeClock.ts'

let house: House
let badge: string
let kept: string
let streak: string
beforeAll(async () => {
  house = await openHouse()
  const calendar = { workingWeekdays: [1, 2, 3, 4, 5, 6, 7], exceptions: [] }
  await house.web.stores.mongo.organizations.updateOne({ _id: house.org }, { $set: { calendar } })
  await bumpVersion(house.web.stores.mongo, house.org, { boards: false })
})
afterAll(() => house.close())

const { zone } = floorSettings
const today = localDay(Date.now(), zone)
const daysAgo = (days: number) => ({
  occurredAt: new Date(dayStartMs(addDays(today, -days), zone) + 1000).toISOString(),
})
const twoCalls: BadgeRequest = { ...threeCalls, name: { en: 'Two calls' }, threshold: 2, past: 'quiet' }
const twoCallsADay = { name: { en: 'Two calls a day' }, metricId: 'calls', target: 2, active: true }
const stores = () => house.web.stores
const found = async () => (await house.differences()).map(({ what, where, found }) => `${what} ${where}: ${found}`)
/** Everything that the clock of the workers does about changed badges. */
async function rounds(): Promise<void> {
  for (let round = 0; round < 3; round++) await badgeRound(house.web, Date.now())
}
async function make(path: string, body: object): Promise<string> {
  const answer = await house.as('mia').post(path, body)
  expect(answer.status).toBe(201)
  return answer.body.id
}

/** A floor on which Ana has both badges today and yesterday, and Bo has lost one of them to a correction. */
beforeEach(async () => {
  const { mongo } = stores()
  const derived = [mongo.entries, mongo.tallies, mongo.badgeGrants, mongo.streakRuns]
  for (const model of [mongo.activities, ...derived, mongo.badges, mongo.streaks])
    await model.collection.deleteMany({ org: house.org })
  await bumpVersion(mongo, house.org, { boards: true })
  badge = await make('/badges', twoCalls)
  kept = await make('/badges', { ...twoCalls, revocable: false })
  streak = await make('/streaks', twoCallsADay)
  await rounds()
  const second = call('bo')
  for (const day of [1, 0]) await house.send(call('ana', daysAgo(day)), call('ana', daysAgo(day)), call('bo'))
  await house.send({ ...second })
  await house.send({ ...second, revision: 2, voided: true })
  const third = call('bo')
  await house.send(third)
  await house.send({ ...third, revision: 2, person: { id: 'cai' } })
  await house.send(deal('ana', { amountCents: 100 }))
})

test('on a floor with corrections, late calls and everything scored again, verify finds nothing', async () => {
  const { mongo } = stores()
  expect(await mongo.badgeGrants.countDocuments({ badgeId: badge, revokedAt: null })).toBe(3)
  expect(await mongo.streakRuns.countDocuments({ streakId: streak })).toBeGreaterThan(0)
  expect(await found()).toEqual([])
  await house.rederive()
  expect(await found()).toEqual([])
})

test('a badge that somebody took away, gave or took back by hand is found', async () => {
  const { badgeGrants } = stores().mongo
  const mine = `${badge}.ana.${today}`
  const grant = await badgeGrants.findById(mine).lean()
  await badgeGrants.deleteOne({ _id: mine })
  expect(await found()).toEqual([`badge grant ${mine}: missing`])
  await badgeGrants.insertMany([{ ...grant, revokedAt: new Date() } as never])
  expect(await found()).toEqual([`badge grant ${mine}: taken back`])
  await badgeGrants.updateOne({ _id: mine }, { $set: { revokedAt: null } })
  const invented = [badge, kept].map((id) => ({ ...grant, _id: `${id}.ari.${today}`, badgeId: id, personId: 'ari' }))
  await badgeGrants.insertMany([...invented, { ...grant, _id: 'made-up' }] as never[])
  expect(new Set(await found())).toEqual(
    new Set([`badge grant made-up: another one`, ...invented.map(({ _id }) => `badge grant ${_id}: granted`)]),
  )
})

test('a last run of a streak that was changed by hand is found, and one that is not there yet is not missed', async () => {
  const { streakRuns } = stores().mongo
  const run = `${streak}.ana`
  await streakRuns.updateOne({ _id: run }, { $set: { days: 7, best: 9 } })
  expect(await found()).toEqual([
    `streak run ${run}: {"fromDay":"${addDays(today, -1)}","lastDay":"${today}","days":7,"best":9}`,
  ])
  await streakRuns.deleteOne({ _id: run })
  expect(await found()).toEqual([])
})

test('rebuild puts badges and streaks right', async () => {
  const { badgeGrants, streakRuns } = stores().mongo
  const grant = await badgeGrants.findById(`${badge}.ana.${today}`).lean()
  await badgeGrants.deleteOne({ _id: `${badge}.ana.${today}` })
  await badgeGrants.insertMany([{ ...grant, _id: `${badge}.ari.${today}`, personId: 'ari' }] as never[])
  await streakRuns.updateOne({ _id: `${streak}.ana` }, { $set: { days: 7 } })
  await rebuildOrganization(stores(), house.org, () => undefined)
  await rounds()
  expect(await found()).toEqual([])
  await house.send(call('ana'))
  expect(await streakRuns.findById(`${streak}.ana`).lean()).toMatchObject({ days: 2, best: 2 })
})

test('after the rule of a badge, streak or formula changes, what people have follows it without being asked', async () => {
  const formula = { type: 'formula', expression: 'calls' }
  const input = { name: { en: 'F' }, slug: 'effort', source: formula, unit: 'count', class: 'process' }
  const effort = { ...input, direction: 'higher', active: true }
  const id = await make('/metrics', effort)
  const mia = house.as('mia')
  const change = async (path: string, body: object) => {
    expect((await mia.put(path, body)).status).toBe(200)
    await rounds()
    expect(await found()).toEqual([])
  }
  await change(`/badges/${badge}`, { ...twoCalls, threshold: 1, past: null })
  expect(await stores().mongo.badgeGrants.countDocuments({ badgeId: badge, personId: 'cai' })).toBe(1)
  await change(`/badges/${badge}`, { ...twoCalls, threshold: 3, past: null })
  await change(`/badges/${badge}`, { ...twoCalls, metricId: id, past: null })
  await change(`/streaks/${streak}`, { ...twoCallsADay, metricId: id })
  await change(`/metrics/${id}`, { ...effort, source: { ...formula, expression: 'calls * 0' } })
  expect(await stores().mongo.badgeGrants.countDocuments({ badgeId: badge, revokedAt: null })).toBe(0)
  await change(`/badges/${badge}`, { ...twoCalls, metricId: 'revenue', threshold: 100, past: null })
  expect(await stores().mongo.badgeGrants.countDocuments({ badgeId: badge, revokedAt: null })).toBe(1)
  await house.send(call('ana'))
  expect(await found()).toEqual([])
})

test('after the daily cap of a rule changes, badges and streaks of points follow it without being asked', async () => {
  const points = { metricId: 'points', past: null }
  const mia = house.as('mia')
  const capped = {
    ...(await mia.get('/points-rules')).body.items.find(({ id }: { id: string }) => id === 'call-points'),
  }
  const { id, ...rule } = capped
  expect((await mia.put(`/badges/${badge}`, { ...twoCalls, ...points })).status).toBe(200)
  expect((await mia.put(`/streaks/${streak}`, { ...twoCallsADay, metricId: 'points' })).status).toBe(200)
  await rounds()
  await house.send(call('ana'))
  const held = () => stores().mongo.badgeGrants.countDocuments({ badgeId: badge, personId: 'ana', revokedAt: null })
  expect([await held(), await found()]).toEqual([2, []])
  for (const [dailyCap, badges] of [
    [1, 1],
    [2, 2],
    [1, 1],
    [null, 2],
  ] as const) {
    expect((await mia.put(`/points-rules/${id}`, { ...rule, dailyCap })).status).toBe(200)
    await house.rederive()
    await rounds()
    expect([await held(), await found()]).toEqual([badges, []])
  }
})

test('people who move, leave, go on holiday, or whose floor moves to another zone keep what they earned and no more', async () => {
  const { mongo } = stores()
  const boss = house.as('boss')
  const follow = async (path: string, change: (before: Record<string, unknown>) => object) => {
    const place = path.startsWith('/organization') ? path : path.slice(0, path.lastIndexOf('/'))
    const body = (await boss.get(place)).body
    const id = path.slice(path.lastIndexOf('/') + 1)
    const { id: _id, ...before } = body.items?.find((one: { id: string }) => one.id === id) ?? body
    expect([path, (await boss.put(path, { ...before, ...change(before) })).status]).toEqual([path, 200])
    await house.settle()
    await house.rederive()
    await rounds()
    expect([path, await found()]).toEqual([path, []])
    await house.send(call('ana', daysAgo(1)), call('bo'))
    expect([path, await found()]).toEqual([path, []])
  }
  const noon = dayStartMs(today, zone) + 500
  const held = () => mongo.badgeGrants.countDocuments({ badgeId: badge, personId: 'ana', revokedAt: null })
  await follow('/people/ana', () => ({
    memberships: [
      { teamId: 'red', fromMs: null, toMs: noon },
      { teamId: 'blue', fromMs: noon, toMs: null },
    ],
  }))
  expect(await held()).toBe(2)
  await follow('/people/ana', () => ({ leaveDays: [today] }))
  await follow('/people/ana', () => ({ leaveDays: [], active: false }))
  expect(await held()).toBe(2)
  const calendar = {
    workingWeekdays: [1, 2, 3, 4, 5, 6, 7],
    exceptions: [{ day: today, working: false, name: 'Day off' }],
  }
  await follow('/organization', () => ({ calendar }))
  await follow('/organization', () => ({ calendar: { ...calendar, exceptions: [] } }))
  await follow('/organization', () => ({ zone: 'America/Los_Angeles' }))
  await follow('/organization', () => ({ zone: 'Pacific/Auckland', weekStart: 7 }))
  await follow('/organization', () => ({ zone, weekStart: 1 }))
  expect(await held()).toBe(2)
})
