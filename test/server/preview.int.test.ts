import { afterAll, beforeAll, expect, test } from 'vitest'
import { definitionsOf } from '#server/data/definitions.ts'
import { runPreview } from '#server/preview/runPreview.ts'
import { addDays, localDay } from '#shared/period.ts'
import { metricPreview } from '#shared/preview.ts'
import { type House, openHouse } from '../support/house.ts'
import { metricOver } from '../support/metric.ts'
import { call, deal } from '../support/sent.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

test('a manager sees what a changed rule would have earned, and nothing changes by looking', async () => {
  const lost = deal('bo')
  await house.send(deal('ana'), deal('ana'), lost, call('bo'))
  await house.send({ ...lost, revision: 2, voided: true })
  const mia = house.as('mia')
  const today = localDay(Date.now(), 'Europe/Berlin')
  const days = { fromDay: today, toDay: addDays(today, 1) }
  const { id, ...rule } = (await mia.get('/points-rules')).body.items.find(
    (one: { id: string }) => one.id === 'deal-points',
  )
  const changed = { ...rule, award: { type: 'fixed', points: 25 } }
  const before = await mia.get('/boards/points-today/view')
  const preview = await mia.post('/points-rules/preview', { rule: changed, replacesId: id, ...days })
  expect(preview.body).toEqual({
    activities: 2,
    total: 30,
    byPerson: [{ personId: 'ana', name: 'Ana', before: 20, after: 50 }],
    cut: false,
  })
  const { id: _, ...calls } = metricOver('dials', 'call.made', 'count')
  const metric = await mia.post('/metrics/preview', { metric: calls, ...days })
  expect(metric.body).toMatchObject({ activities: 1, total: 1, byPerson: [{ personId: 'bo', after: 1 }] })
  expect((await mia.get('/boards/points-today/view')).body.seq).toBe(before.body.seq)
  expect((await mia.post('/points-rules/preview', { rule, ...days, replacesId: 'gone' })).status).toBe(404)
  expect((await mia.post('/points-rules/preview', { rule, ...days, toDay: today })).body.code).toBe('preview.days')
})

test('a preview says when there was more than it looked at, also where much of that were corrections', async () => {
  const { mongo } = house.web.stores
  const first = deal('cai')
  await house.send(first, deal('cai'))
  await house.send({ ...first, revision: 2 }, { ...first, revision: 3 })
  const definitions = await definitionsOf(mongo, house.org)
  if (!definitions) throw new Error('the floor is gone')
  const question = metricPreview(
    { ...definitions, ...definitions.organization },
    metricOver('wins', 'deal.won', 'count'),
    null,
  )
  const today = localDay(Date.now(), 'Europe/Berlin')
  const days = { fromDay: today, toDay: addDays(today, 1) }
  expect(await runPreview(mongo, definitions, question, days)).toMatchObject({ cut: false })
  expect(await runPreview(mongo, definitions, question, { ...days, most: 3 })).toMatchObject({ cut: true })
})

test('a manager sees who of the own teams is silent today', async () => {
  const { status, body } = await house.as('mia').get('/team/day')
  expect(status).toBe(200)
  expect(body).toMatchObject({ people: 3, silentTotal: 1, silent: [{ name: 'Ari', teamName: 'Red', lastAtMs: null }] })
  expect((await house.as('boss').get('/team/day')).body.people).toBe(4)
})
