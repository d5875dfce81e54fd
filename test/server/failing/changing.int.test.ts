import { afterAll, beforeAll, expect, test } from 'vitest'
import { finishChanges } from '#server/data/definitionChange.ts'
import { isStoreAway } from '#server/data/storeAway.ts'
import { importPeople } from '#server/imports/importPeople.ts'
import { caller, until } from '#test/support/caller.ts'
import { failable, failPoint, retryAtEachCommand, tooLong } from '#test/support/faults.ts'
import { type House, openHouse } from '#test/support/house.ts'
import { call } from '#test/support/sent.ts'
import { bodies } from '../bodies.ts'

let house: House
beforeAll(async () => {
  house = await openHouse({}, failable)
})
afterAll(() => house.close())

const mongo = () => house.web.stores.mongo

test('a team is renamed and removed, and an own entry made once, wherever that was interrupted', async () => {
  const boss = house.as('boss')
  const input = { ...bodies['post /teams'], name: 'Passing' }
  const team = async () => (await boss.post('/teams', input)).body.id as string
  await retryAtEachCommand(mongo(), async (at) => {
    const path = `/teams/${await team()}`
    return { send: () => boss.put(path, { ...input, name: `Renamed ${at}` }), statuses: [200] }
  })
  await retryAtEachCommand(mongo(), async () => {
    const id = await team()
    return {
      send: () => boss.delete(`/teams/${id}`),
      statuses: [204],
      right: async () => expect(await mongo().teams.findById(id).lean()).toBeNull(),
    }
  })
  await finishChanges(house.web, new Date(Date.now() + 1))
  await retryAtEachCommand(mongo(), async (at) => {
    const own = { ...bodies['post /my/activities'], id: `mine-${at}`, occurredAt: new Date().toISOString() }
    return {
      send: () => house.as('ana').post('/my/activities', own),
      statuses: [202],
      async right() {
        expect(await mongo().activities.countDocuments({ externalId: new RegExp(`mine-${at}$`) })).toBe(1)
      },
    }
  })
})

test('a change that could not be told is not forgotten over the next one', async () => {
  const boss = house.as('boss')
  await house.send(call('ana'))
  const points = async () => (await boss.get('/boards/points-today/view')).body.rows[0].value
  const before = await points()
  const { items } = (await boss.get('/points-rules')).body
  const { id, ...rule } = items.find((one: { id: string }) => one.id === 'call-points')
  let worth = 1
  await retryAtEachCommand(mongo(), async () => {
    worth += 1
    return {
      send: () => boss.put(`/points-rules/${id}`, { ...rule, award: { type: 'fixed', points: worth } }),
      statuses: [200],
      async right() {
        // Of no concern to any board.
        expect((await boss.post('/teams', { ...bodies['post /teams'], name: `After ${worth}` })).status).toBe(201)
        expect((await mongo().organizations.findById(house.org).lean())?.changingSince).toBeUndefined()
        if ((await mongo().organizations.findById(house.org).lean())?.rederiveDue) await house.rederive()
        expect([worth, await points()]).toEqual([worth, before * worth])
      },
    }
  })
  expect(await house.differences()).toEqual([])
})

test('people of a file are taken in once and whole, wherever that was interrupted', async () => {
  await retryAtEachCommand(mongo(), async (at) => {
    const people = [1, 2, 3].map((n) => ({
      externalId: `f${at}-${n}`,
      name: `File ${at} ${n}`,
      email: `f${at}-${n}@floor.example`,
      teamKey: `t${at}`,
    }))
    const company = { key: 'c', name: 'Floor', level: 'company' as const, parentKey: null }
    const team = { key: `t${at}`, name: `File team ${at}`, level: 'team' as const, parentKey: 'c' }
    const imported = { teams: [company, team], people, bad: [] }
    const part = { org: house.org, sourceId: house.sourceId, imported, nowMs: Date.now() }
    return {
      send: () =>
        importPeople(house.web, part).then(
          (body) => ({ status: 200, headers: new Headers(), body }),
          (error) => ({ status: isStoreAway(error) ? 503 : 500, headers: new Headers(), body: String(error) }),
        ),
      statuses: [200],
      async right() {
        const found = await mongo()
          .people.find({ org: house.org, name: new RegExp(`^File ${at} `) })
          .lean()
        const teams = await mongo()
          .teams.find({ org: house.org, name: `File team ${at}` })
          .lean()
        expect([found.length, teams.length]).toEqual([3, 1])
        expect(found.flatMap((one) => one.memberships.map(({ teamId }) => teamId))).toEqual(
          Array(3).fill(teams[0]?._id),
        )
      },
    }
  })
})

test('a name that is given to somebody counts for them, wherever the giving was interrupted', async () => {
  await retryAtEachCommand(mongo(), async (at) => {
    const ref = { externalId: `who-${at}` }
    await house.send(call('', { person: ref }))
    expect(await mongo().activities.countDocuments({ org: house.org, unmatched: true })).toBe(1)
    return {
      send: () => house.as('boss').post('/unmatched/assign', { sourceId: house.sourceId, ref, personId: 'bo' }),
      statuses: [200],
      async right() {
        await finishChanges(house.web, new Date(Date.now() + 1))
        if ((await mongo().organizations.findById(house.org).lean())?.rederiveDue) await house.rederive()
        await house.settle()
        expect(await mongo().activities.countDocuments({ org: house.org, unmatched: true })).toBe(0)
      },
    }
  })
  expect(await house.differences()).toEqual([])
})

test('when a source last sent something is told in the end, even if the database fails when it is written down', async () => {
  const { id } = (await house.as('boss').post('/sources', { name: 'Seldom', active: true })).body
  const { key } = (await house.as('boss').post(`/sources/${id}/keys`)).body
  await failPoint(mongo(), { times: 1 }, { failCommands: ['update'], namespace: 'pitboard.sources', ...tooLong })
  const sent = await caller(house.url, { authorization: `Bearer ${key}` }).post('/activities', call('ana'))
  expect(sent.status).toBe(202)
  await until(async () => (await mongo().sources.findById(id).lean())?.lastActivityAt, 10_000)
  expect(await failPoint(mongo(), 'off')).toBeGreaterThan(0)
})
