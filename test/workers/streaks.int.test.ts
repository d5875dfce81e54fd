import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { bumpVersion } from '#server/data/definitions.ts'
import { previousWorkingDay, workingDays } from '#shared/calendar.ts'
import { addDays, dayStartMs, localDay } from '#shared/period.ts'
import { floorSettings } from '#test/support/floor.ts'
import { type House, openHouse } from '#test/support/house.ts'
import { call } from '#test/support/sent.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())
beforeEach(async () => {
  const { mongo } = house.web.stores
  for (const model of [mongo.activities, mongo.entries, mongo.tallies, mongo.streaks, mongo.streakRuns, mongo.feed])
    await model.collection.deleteMany({ org: house.org })
  await mongo.people.updateOne({ _id: 'ana' }, { $set: { leaveDays: [] } })
  await everyDayIsWorked([])
})

const { zone } = floorSettings
const today = () => localDay(Date.now(), zone)
const daysAgo = (days: number) => addDays(today(), -days)
const on = (day: string) => ({ occurredAt: new Date(dayStartMs(day, zone) + 1000).toISOString() })
async function everyDayIsWorked(exceptions: { day: string; working: boolean; name: string }[]): Promise<void> {
  const calendar = { workingWeekdays: [1, 2, 3, 4, 5, 6, 7], exceptions }
  await house.web.stores.mongo.organizations.updateOne({ _id: house.org }, { $set: { calendar } })
  await bumpVersion(house.web.stores.mongo, house.org, { boards: false })
}
async function makeStreak(): Promise<void> {
  const input = { name: { en: 'Two calls a day' }, metricId: 'calls', target: 2, active: true }
  expect((await house.as('mia').post('/streaks', input)).status).toBe(201)
}
const streak = async () => (await house.as('wall').get('/people/ana/recognition')).body.streaks[0]
const feedDays = async () =>
  (await house.as('wall').get('/feed?limit=100')).body.items
    .filter(({ type }: { type: string }) => type === 'streak')
    .map(({ days }: { days: number }) => days)

test('a streak counts days on which the target was met, and is at risk until today’s is', async () => {
  await makeStreak()
  for (const day of [3, 2, 1]) await house.send(call('ana', on(daysAgo(day))), call('ana', on(daysAgo(day))))
  expect(await streak()).toMatchObject({ days: 3, best: 3, atRisk: true, value: 0, target: 2, workingDay: true })
  await house.send(call('ana', on(today())))
  expect(await streak()).toMatchObject({ days: 3, atRisk: true, value: 1 })
  await house.send(call('ana', on(today())))
  expect(await streak()).toMatchObject({ days: 4, best: 4, atRisk: false, value: 2 })
})

test('holidays and leave neither count nor break, and a day that was missed breaks', async () => {
  await makeStreak()
  await everyDayIsWorked([{ day: daysAgo(2), working: false, name: 'Holiday' }])
  await house.web.stores.mongo.people.updateOne({ _id: 'ana' }, { $set: { leaveDays: [daysAgo(3)] } })
  await bumpVersion(house.web.stores.mongo, house.org, { boards: false })
  for (const day of [5, 4, 1]) await house.send(call('ana', on(daysAgo(day))), call('ana', on(daysAgo(day))))
  expect(await streak()).toMatchObject({ days: 3, best: 3 })
  await everyDayIsWorked([])
  expect(await streak()).toMatchObject({ days: 1, best: 2 })
})

test('a late fact mends a streak and a correction breaks it', async () => {
  await makeStreak()
  for (const day of [4, 3, 1]) await house.send(call('ana', on(daysAgo(day))), call('ana', on(daysAgo(day))))
  expect(await streak()).toMatchObject({ days: 1, best: 2 })
  const late = call('ana', on(daysAgo(2)))
  await house.send(call('ana', on(daysAgo(2))), late)
  expect(await streak()).toMatchObject({ days: 4, best: 4 })
  expect(await house.web.stores.mongo.streakRuns.findOne({ personId: 'ana' }).lean()).toMatchObject({
    days: 4,
    best: 4,
  })
  await house.send({ ...late, revision: 2, voided: true })
  expect(await streak()).toMatchObject({ days: 1, best: 2 })
  expect(await house.web.stores.mongo.streakRuns.findOne({ personId: 'ana' }).lean()).toMatchObject({
    days: 1,
    best: 2,
  })
})

test('a correction that comes while a streak is written down leaves no day in it that was not met', async () => {
  await makeStreak()
  const second = call('ana', on(today()))
  for (const day of [2, 1]) await house.send(call('ana', on(daysAgo(day))), call('ana', on(daysAgo(day))))
  await house.send(call('ana', on(today())))
  const { collection } = house.web.stores.mongo.streakRuns
  const write = collection.bulkWrite.bind(collection)
  const spy = vi.spyOn(collection, 'bulkWrite').mockImplementationOnce(async (...args) => {
    await house.send({ ...second, revision: 2, voided: true })
    return await write(...args)
  })
  await house.send(second)
  spy.mockRestore()
  expect(await streak()).toMatchObject({ days: 2, value: 1 })
  expect((await house.differences()).filter(({ what }) => what === 'streak')).toEqual([])
})

test('the floor hears of five days in a row, once', async () => {
  await makeStreak()
  for (const day of [4, 3, 2, 1, 0]) await house.send(call('ana', on(daysAgo(day))), call('ana', on(daysAgo(day))))
  await house.send(call('ana', on(today())))
  await house.rederive()
  expect(await feedDays()).toEqual([5])
})

test('with a usual week, Friday and Monday follow each other', async () => {
  await makeStreak()
  await house.web.stores.mongo.organizations.updateOne(
    { _id: house.org },
    { $set: { calendar: floorSettings.calendar } },
  )
  await bumpVersion(house.web.stores.mongo, house.org, { boards: false })
  const isWorked = workingDays(floorSettings.calendar)
  let day = previousWorkingDay(isWorked, today())
  for (let n = 0; n < 6 && day; n++) {
    await house.send(call('ana', on(day)), call('ana', on(day)))
    day = previousWorkingDay(isWorked, day)
  }
  expect(await streak()).toMatchObject({ days: 6, best: 6 })
})

test('who changes teams amid a day has one daily cap, in the streak and in the day as on the boards', async () => {
  const { mongo } = house.web.stores
  const noonMs = dayStartMs(today(), zone) + 2000
  const memberships = [
    { teamId: 'red', fromMs: null, toMs: noonMs },
    { teamId: 'blue', fromMs: noonMs, toMs: null },
  ]
  await mongo.people.updateOne({ _id: 'ana' }, { $set: { memberships } })
  await mongo.pointsRules.updateOne({ _id: 'call-points' }, { $set: { dailyCap: 2 } })
  await bumpVersion(mongo, house.org, { boards: true })
  const input = { name: { en: 'Three points a day' }, metricId: 'points', target: 3, active: true }
  expect((await house.as('mia').post('/streaks', input)).status).toBe(201)
  const later = { occurredAt: new Date(noonMs + 1000).toISOString() }
  await house.send(call('ana', on(today())), call('ana', on(today())), call('ana', later), call('ana', later))
  const board = (await house.as('wall').get('/boards/points-today/view')).body
  expect(board.rows.map(({ value }: { value: number }) => value)).toEqual([2])
  expect(await streak()).toMatchObject({ days: 0, value: 2 })
  const day = (await house.as('ana').get('/my/day')).body
  expect(day.metrics.find(({ metricId }: { metricId: string }) => metricId === 'points').value).toBe(2)
})
