import { afterAll, beforeAll, expect, test } from 'vitest'
import { boardInstance, instanceKeys, writeStandings } from '#server/data/boards.ts'
import { definitionsOf } from '#server/data/definitions.ts'
import type { BoardView } from '#shared/contract/boardView.ts'
import { floorBoard } from '#test/support/floor.ts'
import { type House, openHouse, type Who } from '#test/support/house.ts'
import { call, deal } from '#test/support/sent.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

async function view(who: Who, path: string): Promise<BoardView> {
  const answer = await house.as(who).get(path)
  expect(answer.status).toBe(200)
  return answer.body as BoardView
}

const places = (rows: BoardView['rows']) => rows.map(({ memberId, rank, value, gap }) => [memberId, rank, value, gap])

test('equal points share a rank, the next rank is left out, and each row says what it lacks to the one above', async () => {
  const at = new Date().toISOString()
  await house.send(call('ana', { occurredAt: at }), call('bo', { occurredAt: at }), deal('ari'))
  const { rows, total } = await view('ana', '/boards/points-today/view')
  expect(total).toBe(3)
  expect(places(rows)).toEqual([
    ['ari', 1, 10, null],
    ['ana', 2, 1, 9],
    ['bo', 2, 1, 0],
  ])
  await house.send(call('cai'))
  const around = (await view('ana', '/boards/points-today/view?around=cai')).around
  expect(around.at(-1)).toMatchObject({ memberId: 'cai', rank: 4, decidedBy: 'first' })
})

test('a deal that is later lost gives its points back, and a voided one leaves the board', async () => {
  const won = deal('cai', { amountCents: 500_000 })
  await house.send(won)
  const before = await view('ana', '/boards/won-this-month/view')
  expect(before.rows[0]).toMatchObject({ memberId: 'cai', value: 500_000 })
  await house.send({ ...won, revision: 2, value: { amountMinor: 300_000, currency: 'EUR' } })
  expect((await view('ana', '/boards/won-this-month/view')).rows[0]).toMatchObject({ memberId: 'cai', value: 300_000 })
  await house.send({ ...won, revision: 3, voided: true })
  expect((await view('ana', '/boards/won-this-month/view')).rows.map((row) => row.memberId)).toEqual(['ari'])
  expect(await house.differences()).toEqual([])
})

test('whoever may see the first ones only cannot look further, and hidden values are not sent at all', async () => {
  const boss = house.as('boss')
  const make = async (board: object) =>
    ((await boss.post('/boards', { ...floorBoard('points'), ...board })).body as { id: string }).id
  const first = await make({ visibility: 'top-only', topN: 1 })
  expect(places((await view('ana', `/boards/${first}/view?around=cai`)).rows)).toHaveLength(1)
  expect((await view('ana', `/boards/${first}/view?around=cai`)).around).toEqual([])
  expect((await view('mia', `/boards/${first}/view?around=cai`)).around.length).toBeGreaterThan(1)
  const hidden = await make({ visibility: 'values-hidden' })
  for (const row of (await view('ana', `/boards/${hidden}/view?around=cai`)).rows)
    expect(row).toMatchObject({ value: null, gap: null, second: null, spark: [] })
})

test('an emptied Redis heals by itself, and a rebuilt board is the same', async () => {
  const before = await view('ana', '/boards/points-today/view')
  await house.web.stores.redis.flushall()
  const healed = await view('ana', '/boards/points-today/view')
  expect(places(healed.rows)).toEqual(places(before.rows))
  await house.send(call('cai'))
  expect(await house.differences()).toEqual([])
})

test('the line of a day goes from what it began with to now, also on a board that is derived anew', async () => {
  const input = { ...floorBoard('revenue'), cycle: { every: 'all' } }
  const { id } = (await house.as('boss').post('/boards', input)).body
  const yesterday = new Date(Date.now() - 86_400_000).toISOString()
  const line = async () => {
    const { rows } = await view('ana', `/boards/${id}/view`)
    return rows.find((row) => row.memberId === 'bo')?.spark
  }
  await house.send(deal('bo', { amountCents: 200_000, occurredAt: yesterday }))
  await house.send(deal('bo', { amountCents: 50_000 }))
  await house.web.stores.redis.flushall()
  expect(await line()).toEqual([200_000, 250_000])
  await house.web.stores.redis.flushall()
  await house.send(deal('bo', { amountCents: 10_000 }))
  expect(await line()).toEqual([200_000, 260_000])
  await house.send(deal('bo', { amountCents: 20_000 }))
  expect(await line()).toEqual([200_000, 280_000])
})

test('a board of a person who moves to another team keeps what was earned with the team of then', async () => {
  const boss = house.as('boss')
  const { body } = await boss.get('/people')
  const ari = (body as { items: { id: string }[] }).items.find((person) => person.id === 'ari')
  const { id: _id, ...person } = ari as { id: string }
  const nowMs = Date.now()
  const memberships = [
    { teamId: 'red', fromMs: null, toMs: nowMs },
    { teamId: 'green', fromMs: nowMs, toMs: null },
  ]
  expect((await boss.put('/people/ari', { ...person, memberships })).status).toBe(200)
  await house.rederive()
  await house.send(deal('ari'))
  const teams = await view('ana', '/boards/teams-today/view')
  expect(teams.rows.find((row) => row.memberId === 'red')?.value).toBe(11)
  expect(teams.rows.find((row) => row.memberId === 'green')?.value).toBe(12)
  expect(await house.differences()).toEqual([])
})

test('the first change of a day draws a line from what there was before', async () => {
  const { stores } = house.web
  const definitions = await definitionsOf(stores.mongo, house.org)
  const board = definitions?.boards.find(({ cycle }) => cycle.every === 'all')
  const instance = definitions && board && boardInstance(definitions, board, '2026-11-20')
  if (!instance) throw new Error('There is no board of all time')
  const write = (value: number, at: string) => {
    const lastAtMs = Date.parse(at)
    const standings = [{ memberId: 'dora', entries: value, value, second: null, lastAtMs }]
    return writeStandings(stores, definitions, instance, { standings, nowMs: lastAtMs })
  }
  const line = () => stores.redis.hget(instanceKeys(definitions, instance)[4] ?? '', 'dora')
  await write(5, '2126-11-20T09:10:00Z')
  expect(await line()).toMatch(/^\d+=5$/)
  await write(7, '2126-11-21T09:10:00Z')
  await write(8, '2126-11-21T09:20:00Z')
  expect(await line()).toMatch(/^d=5,\d+=8$/)
  await write(9, '2126-11-21T09:40:00Z')
  expect(await line()).toMatch(/^d=5,\d+=8,\d+=9$/)
})
