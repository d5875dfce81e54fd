import { afterAll, beforeAll, expect, test } from 'vitest'
import type { BoardRow } from '#shared/contract/boardView.ts'
import { floorBoard, floorPerson } from '../support/floor.ts'
import { type House, openHouse } from '../support/house.ts'
import { metricOver } from '../support/metric.ts'
import { call, deal } from '../support/sent.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

const { id: _m, ...visits } = metricOver('visits', 'visit.made', 'count')
const { id: _p, ...dee } = floorPerson('dee', 'red')

async function rows(board: string): Promise<[string, number | null][]> {
  const { body } = await house.as('wall').get(`/boards/${board}/view`)
  return body.rows.map((row: BoardRow) => [row.name, row.value])
}

test('a manager adds a metric and a board of it, and what came before is on the board', async () => {
  const mia = house.as('mia')
  await house.send(call('ana', { kind: 'visit.made' }), call('ana', { kind: 'visit.made' }))
  const metric = await mia.post('/metrics', visits)
  expect(metric.status).toBe(201)
  const board = await mia.post('/boards', floorBoard(metric.body.id))
  expect(board.status).toBe(201)
  await house.rederive()
  expect(await rows(board.body.id)).toEqual([['Ana', 2]])
  expect((await mia.delete(`/metrics/${metric.body.id}`)).body.code).toBe('metric.in_use')
  expect((await mia.delete(`/boards/${board.body.id}`)).status).toBe(204)
  expect((await mia.delete(`/metrics/${metric.body.id}`)).status).toBe(204)
  expect((await mia.get('/metrics')).body.items.map((one: { id: string }) => one.id)).not.toContain(metric.body.id)
})

test('formulas that cannot be worked out are refused where they are wrong, and so is breaking those that others read', async () => {
  const mia = house.as('mia')
  const formula = (slug: string, expression: string) => ({ ...visits, slug, source: { type: 'formula', expression } })
  const wrong = await mia.post('/metrics', formula('rate', 'revenue / nothing'))
  expect(wrong.status).toBe(422)
  expect(wrong.body).toMatchObject({ code: 'formula.unknown-variable', issues: [{ path: 'body.source.expression' }] })
  const rate = await mia.post('/metrics', formula('rate', 'revenue / calls'))
  expect(rate.status).toBe(201)
  expect((await mia.put(`/metrics/${rate.body.id}`, formula('rate', 'rate + 1'))).body.code).toBe('formula.cycle')
  expect((await mia.delete('/metrics/calls')).body.code).toBe('metric.in_use')
  expect((await mia.post('/metrics', formula('rate', 'calls'))).body.code).toBe('metric.slug_taken')
  const points = { ...visits, slug: 'points2', source: { type: 'points' } }
  expect((await mia.post('/metrics', points)).body.code).toBe('metric.points_twice')
})

test('a changed rule changes the points of what was there, after everything is scored again', async () => {
  await house.send(deal('bo'))
  const { body } = await house.as('mia').get('/points-rules')
  const { id, ...rule } = body.items.find((one: { id: string }) => one.id === 'deal-points')
  const changed = { ...rule, award: { type: 'per-value', points: 1, everyMinor: 1000 } }
  expect((await house.as('mia').put(`/points-rules/${id}`, changed)).status).toBe(200)
  await house.rederive()
  expect(await rows('points-today')).toEqual([['Bo', 100]])
  expect(await house.web.stores.redis.llen('{pb}:rederive:wait')).toBe(1)
})

test('the team tree has no loops, and a team that is used stays', async () => {
  const boss = house.as('boss')
  const north = { name: 'North', level: 'region', parentId: 'company', color: 2 }
  expect((await boss.put('/teams/north', { ...north, parentId: 'red' })).body.code).toBe('team.loop')
  expect((await boss.put('/teams/north', { ...north, parentId: 'gone' })).body.code).toBe('team.parent')
  expect((await boss.put('/teams/red', { ...north, level: 'region', parentId: 'south' })).body.code).toBe('team.level')
  expect((await boss.delete('/teams/north')).body.detail).toContain('Blue, Red')
})

test('a manager changes people and teams of the own part only', async () => {
  const mia = house.as('mia')
  const made = await mia.post('/people', dee)
  expect(made.status).toBe(201)
  const south = { ...dee, email: null, memberships: [{ teamId: 'green', fromMs: null, toMs: null }] }
  expect((await mia.post('/people', south)).body.code).toBe('permission.reach')
  expect((await mia.put(`/people/${made.body.id}`, south)).body.code).toBe('permission.reach')
  expect((await mia.delete('/people/cai')).body.code).toBe('permission.reach')
  const team = { name: 'Pink', level: 'team', parentId: 'north', color: 7 }
  expect((await mia.post('/teams', team)).status).toBe(201)
  expect((await mia.post('/teams', { ...team, parentId: 'south' })).body.code).toBe('permission.reach')
  expect((await mia.put('/teams/north', { ...team, level: 'region', parentId: null })).body.code).toBe(
    'permission.reach',
  )
  expect((await mia.delete(`/people/${made.body.id}`)).status).toBe(204)
})

test('e-mail addresses of people are for managers', async () => {
  const seen = async (who: 'mia' | 'ana' | 'wall') =>
    (await house.as(who).get('/people')).body.items.filter((one: { email: string }) => one.email !== null).length
  expect(await seen('mia')).toBe(4)
  expect(await seen('ana')).toBe(1)
  expect(await seen('wall')).toBe(0)
})

test('people with a name that waits in the tray get the activities that came under it', async () => {
  await house.send(
    call('ana', { person: { externalId: 'crm-77' } }),
    call('ana', { person: { email: 'hal@floor.example' } }),
  )
  const hal = {
    ...dee,
    name: 'Hal',
    email: 'hal@floor.example',
    identities: [{ sourceId: 'crm', externalId: 'crm-77' }],
  }
  expect((await house.as('boss').post('/people', { ...hal, email: 'ana@floor.example' })).body.code).toBe(
    'person.email_taken',
  )
  expect((await house.as('boss').post('/people', hal)).status).toBe(201)
  await house.settle()
  expect(await rows('points-today')).toContainEqual(['Hal', 2])
})

test('moving a person corrects the teams that its points count for', async () => {
  await house.send(call('cai'))
  const cai = {
    ...dee,
    name: 'Cai',
    email: 'cai@floor.example',
    memberships: [{ teamId: 'blue', fromMs: null, toMs: null }],
  }
  expect((await house.as('boss').put('/people/cai', cai)).status).toBe(200)
  await house.rederive()
  const teams = new Map(await rows('teams-today'))
  expect(teams.get('Blue')).toBe(101)
  expect(teams.has('Green')).toBe(false)
  const overlap = [...cai.memberships, { teamId: 'red', fromMs: 0, toMs: null }]
  const refused = await house.as('boss').put('/people/cai', { ...cai, memberships: overlap })
  expect(refused.body.code).toBe('person.membership_overlap')
})

test('settings that decide what a day is are changed by admins, and everything follows', async () => {
  const { body: before } = await house.as('boss').get('/organization')
  const { id, ...settings } = before
  expect((await house.as('mia').put('/organization', settings)).status).toBe(403)
  const after = await house.as('boss').put('/organization', { ...settings, name: 'East Wind', zone: 'Asia/Shanghai' })
  expect(after.body).toMatchObject({ id, name: 'East Wind', zone: 'Asia/Shanghai' })
  expect((await house.as('wall').get('/session')).body.organization.zone).toBe('Asia/Shanghai')
})
