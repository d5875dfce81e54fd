import { afterAll, beforeAll, expect, test } from 'vitest'
import { type House, openHouse } from '../support/house.ts'
import { call, deal } from '../support/sent.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

test('my day says where I stand, who is next, what I did and what it earned', async () => {
  await house.send(
    call('ana'),
    call('ana'),
    deal('bo'),
    deal('ana', { person: { id: 'ana' }, attributes: { account: 'Acme' } }),
  )
  await house.send(deal('bo'))
  const { status, body } = await house.as('ana').get('/my/day')
  expect(status).toBe(200)
  expect(body.person).toMatchObject({ id: 'ana', name: 'Ana', teamName: 'Red' })
  expect(body.boards[0]).toMatchObject({
    boardId: 'points-today',
    rank: 2,
    value: 12,
    gap: 8,
    nextName: 'Bo',
    total: 2,
  })
  expect(body.metrics).toContainEqual(expect.objectContaining({ metricId: 'calls', value: 2 }))
  expect(body.recent).toHaveLength(3)
  expect(body.recent).toContainEqual(expect.objectContaining({ kind: 'deal.won', points: 10, account: 'Acme' }))
})

test('what I enter myself is there at once, counts once however often it is sent, and is marked as my own word', async () => {
  const own = { id: 'entry-1', kind: 'call.made', occurredAt: new Date().toISOString(), account: 'Globex' }
  const ana = house.as('ana')
  expect(await ana.post('/my/activities', own)).toMatchObject({ status: 202, body: { accepted: 1 } })
  expect((await ana.get('/my/day')).body.recent[0]).toMatchObject({
    account: 'Globex',
    evidence: 'self-reported',
    points: 0,
  })
  expect((await ana.post('/my/activities', own)).body).toEqual({ accepted: 0, duplicate: 1, rejected: [] })
  expect((await ana.post('/my/activities', { ...own, kind: 'deal.won' })).body.code).toBe('activity.conflict')
  await house.settle()
  expect((await ana.get('/my/day')).body.recent).toContainEqual(
    expect.objectContaining({ account: 'Globex', points: 1 }),
  )
  const old = { ...own, id: 'entry-2', occurredAt: new Date(Date.now() - 8 * 86_400_000).toISOString() }
  expect((await ana.post('/my/activities', old)).body.code).toBe('activity.too_old')
  const soon = { ...own, id: 'entry-3', occurredAt: new Date(Date.now() + 3_600_000).toISOString() }
  expect((await ana.post('/my/activities', soon)).body.code).toBe('activity.in_future')
  expect((await house.as('mia').get('/my/day')).body.code).toBe('my.no_person')
})

test('every point of a day is explained by its activity and rule, with what was taken back', async () => {
  const lost = deal('ari')
  await house.send(lost)
  await house.send({ ...lost, revision: 2, voided: true }, call('ari'))
  const { status, body } = await house.as('mia').get('/people/ari/day')
  expect(status).toBe(200)
  const undone = body.activities.find((one: { voided: boolean }) => one.voided)
  expect(undone.sourceName).toBe('CRM')
  const points = undone.lines.filter((line: { metricId: string }) => line.metricId === 'points')
  expect(points.map((line: { amount: number }) => line.amount)).toEqual([10, -10])
  expect(points[1].reverses).toBe(points[0].entryId)
  expect(points[0].ruleName).toEqual({ en: 'deal-points' })
  expect(body.totals).toContainEqual(expect.objectContaining({ metricId: 'points', value: 1, cut: 0 }))
  expect((await house.as('ana').get('/people/ari/day')).body.code).toBe('permission.reach')
  expect((await house.as('ana').get('/people/ana/day')).status).toBe(200)
  expect((await house.as('mia').get('/people/cai/day')).body.code).toBe('permission.reach')
  expect((await house.as('boss').get('/people/cai/day?day=2020-01-01')).body.activities).toEqual([])
})
