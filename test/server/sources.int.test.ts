import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { caller, until } from '../support/caller.ts'
import { type House, openHouse } from '../support/house.ts'
import { call, deal } from '../support/sent.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

test('a new source sends with a key that is shown once, until the key is revoked', async () => {
  const boss = house.as('boss')
  const source = await boss.post('/sources', { name: 'Phone system', active: true })
  expect(source.status).toBe(201)
  const made = await boss.post(`/sources/${source.body.id}/keys`)
  expect(made.body.key).toMatch(/^pb_/)
  const listed = JSON.stringify((await boss.get('/sources')).body)
  expect(listed).toContain(made.body.hint)
  expect(listed).not.toContain(made.body.key)
  const sender = caller(house.url, { authorization: `Bearer ${made.body.key}` })
  expect((await sender.post('/activities', call('ana'))).status).toBe(202)
  expect((await boss.delete(`/sources/${source.body.id}`)).body.code).toBe('source.in_use')
  expect((await boss.delete(`/sources/${source.body.id}/keys/${made.body.hint}`)).status).toBe(204)
  await until(async () => (await sender.post('/activities', call('ana'))).status === 401)
  const manual = (await boss.get('/sources')).body.items.find((one: { id: string }) => one.id.endsWith('-manual'))
  expect((await boss.post(`/sources/${manual.id}/keys`)).body.code).toBe('source.manual')
})

test('a key may send activities and nothing else', async () => {
  const sender = caller(house.url, { authorization: `Bearer ${house.key}` })
  for (const path of ['/people', '/users', '/sources', '/session', '/my/day', '/unmatched'])
    expect((await sender.get(path)).status).toBe(403)
})

test('every board says when each source last sent something', async () => {
  await house.send(call('ana'))
  const sources = await until(async () => {
    const { body } = await house.as('wall').get('/boards/points-today/view')
    return body.sources.some((one: { name: string }) => one.name === 'CRM') && body.sources
  })
  expect(Date.now() - sources.find((one: { name: string }) => one.name === 'CRM').lastAtMs).toBeLessThan(20_000)
})

test('activities of a person nobody knows wait in the tray, and score once the name is given to somebody', async () => {
  const mia = house.as('mia')
  const mail = { email: 'unknown@elsewhere.example' }
  await house.send(
    deal('x', { person: { externalId: 'crm-9' } }),
    call('x', { person: { externalId: 'crm-9' } }),
    call('x', { person: mail }),
    call('x', { person: { id: 'nobody' } }),
  )
  const { body } = await mia.get('/unmatched')
  expect(body.total).toBe(3)
  expect(body.items[0]).toMatchObject({
    sourceName: 'CRM',
    ref: { externalId: 'crm-9' },
    activities: 2,
    kinds: ['deal.won', 'call.made'],
  })
  const assign = (ref: object, personId: string) => mia.post('/unmatched/assign', { sourceId: 'crm', ref, personId })
  expect((await assign({ externalId: 'crm-9' }, 'cai')).body.code).toBe('permission.reach')
  expect((await assign({ externalId: 'crm-9' }, 'bo')).body).toEqual({ woken: 2 })
  expect((await assign(mail, 'bo')).body).toEqual({ woken: 1 })
  expect((await assign({ id: 'nobody' }, 'bo')).body).toEqual({ woken: 1 })
  await house.settle()
  const view = await mia.get('/boards/points-today/view')
  expect(view.body.rows).toContainEqual(expect.objectContaining({ name: 'Bo', value: 13 }))
  expect((await mia.get('/unmatched')).body).toEqual({ items: [], total: 0 })
})

test('a revoked key is refused within seconds, also by a server whose clock was set back meanwhile', async () => {
  const boss = house.as('boss')
  const made = (await boss.post(`/sources/${house.sourceId}/keys`, {})).body
  const send = () => caller(house.url, { authorization: `Bearer ${made.key}` }).post('/activities', [])
  expect((await send()).status).toBe(202)
  const now = Date.now.bind(Date)
  const clock = vi.spyOn(Date, 'now').mockImplementation(() => now() - 3_600_000)
  try {
    expect((await boss.delete(`/sources/${house.sourceId}/keys/${made.hint}`)).status).toBe(204)
    await until(async () => (await send()).status === 401, 5000)
  } finally {
    clock.mockRestore()
  }
})
