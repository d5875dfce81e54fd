import { afterAll, beforeAll, expect, test } from 'vitest'
import { finishChanges } from '#server/data/definitionChange.ts'
import { minuteMs, sprintInput } from '#test/support/contest.ts'
import { failable, retryAtEachCommand } from '#test/support/faults.ts'
import { type House, openHouse } from '#test/support/house.ts'
import { call } from '#test/support/sent.ts'
import { bodies } from '../bodies.ts'
import { rights } from '../rightsTable.ts'

let house: House
beforeAll(async () => {
  house = await openHouse({}, failable)
})
afterAll(() => house.close())

const mongo = () => house.web.stores.mongo

test('whatever is read is refused with 503 while the database fails, and there when it is well again', async () => {
  await house.send(call('ana'))
  const contest = await house.as('boss').post('/contests', sprintInput(Date.now()))
  const ids: Record<string, string> = { boards: 'points-today', people: 'ana', contests: contest.body.contest.id }
  const paths = Object.keys(rights)
    .filter((name) => name.startsWith('get ') && !name.startsWith('get /imports/:id'))
    .map((name) => name.slice(4).replace(/^\/(\w+)\/:id/, (_, noun) => `/${noun}/${ids[noun]}`))
  for (const path of paths) {
    const caller = house.as(path === '/my/day' ? 'ana' : 'boss')
    await retryAtEachCommand(mongo(), async () => ({ send: () => caller.get(path), statuses: [200] }))
  }
})

test('a source, a key and a contest are made once, however often the making was interrupted', async () => {
  const boss = house.as('boss')
  await retryAtEachCommand(mongo(), async (at) => ({
    send: () => boss.post('/sources', { name: `Source ${at}`, active: true }),
    statuses: [201],
    right: async () => expect(await mongo().sources.countDocuments({ name: `Source ${at}` })).toBe(1),
  }))
  const { id } = (await boss.post('/sources', { name: 'Keyed', active: true })).body
  await retryAtEachCommand(mongo(), async (at) => ({
    send: () => boss.post(`/sources/${id}/keys`),
    statuses: [201],
    async right({ body }) {
      expect(await mongo().apiKeys.countDocuments({ sourceId: id, revokedAt: null })).toBe(1)
      expect([at, (await boss.delete(`/sources/${id}/keys/${body.hint}`)).status]).toEqual([at, 204])
    },
  }))
  await retryAtEachCommand(mongo(), async (at) => {
    const startsAtMs = Date.now() + 60 * minuteMs
    const name = { en: `Sprint ${at}` }
    return {
      send: () =>
        boss.post('/contests', sprintInput(Date.now(), { name, startsAtMs, endsAtMs: startsAtMs + 60 * minuteMs })),
      statuses: [201],
      async right({ body }) {
        expect(await mongo().contests.countDocuments({ name })).toBe(1)
        await boss.post(`/contests/${body.contest.id}/cancel`)
      },
    }
  })
})

test('what is defined is there once, however often it was interrupted, and a sweep tells everybody of it', async () => {
  const boss = house.as('boss')
  const team = (at: number) => ({ ...bodies['post /teams'], name: `Team ${at}` })
  const person = (at: number) => ({
    ...bodies['post /people'],
    name: `Person ${at}`,
    email: `p${at}@floor.example`,
    memberships: [{ teamId: 'red', fromMs: null, toMs: null }],
  })
  const metric = (at: number) => ({ ...bodies['post /metrics'], slug: `extra_${at}` })
  const rule = (at: number) => ({ ...bodies['post /points-rules'], name: { en: `Rule ${at}` } })
  const board = (at: number) => ({ ...bodies['post /boards'], name: { en: `Board ${at}` } })
  for (const [path, made, sameAs] of [
    ['/teams', team, 'name'],
    ['/people', person, 'email'],
    ['/metrics', metric, 'slug'],
    ['/points-rules', rule, 'name'],
    ['/boards', board, 'name'],
  ] as const)
    await retryAtEachCommand(mongo(), async (at) => ({
      send: () => boss.post(path, made(at)),
      statuses: [201],
      async right() {
        await finishChanges(house.web, new Date(Date.now() + 1))
        const { items } = (await boss.get(path)).body
        const wanted = JSON.stringify((made(at) as Record<string, unknown>)[sameAs])
        expect(items.filter((one: Record<string, unknown>) => JSON.stringify(one[sameAs]) === wanted)).toHaveLength(1)
      },
    }))
})
