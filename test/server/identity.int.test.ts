import { afterAll, beforeAll, expect, test } from 'vitest'
import { createLink } from '#server/data/sessions.ts'
import { caller } from '../support/caller.ts'
import { floorSettings } from '../support/floor.ts'
import { type House, openHouse } from '../support/house.ts'

const password = 'a long enough sentence'
let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

/** Signed in with the cookie of an answer. */
function holder(answer: { headers: Headers }) {
  return caller(house.url, { cookie: answer.headers.get('set-cookie')?.split(';')[0] ?? '' })
}

/** Makes a user and lets them choose the password. */
async function joined(email: string, role = 'rep') {
  const invited = await house
    .as('boss')
    .post('/users', { name: email, email, role, personId: null, teamId: null, active: true })
  expect(invited.status).toBe(201)
  const token = new URL(invited.body.link.url).hash.slice(1)
  const first = await house.anonymous.post('/session/link', { token })
  expect(first.status).toBe(200)
  expect((await house.anonymous.post('/session/link', { token })).body.code).toBe('link.used')
  const chosen = await holder(first).put('/session/password', { newPassword: password })
  expect(chosen.status).toBe(204)
  return { id: invited.body.id as string, before: holder(first), now: holder(chosen) }
}

test('whoever was invited comes in by a link that works once, and then with the password they chose', async () => {
  const { before, now } = await joined('dee@floor.example')
  expect((await before.get('/session')).status).toBe(401)
  expect((await now.get('/session')).body.user.email).toBe('dee@floor.example')
  const signedIn = await house.anonymous.post('/session', { email: 'Dee@Floor.example', password })
  expect(signedIn.status).toBe(200)
  expect(signedIn.headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Lax/)
  expect(JSON.stringify(signedIn.body)).not.toContain('argon2')
})

test('ten wrong passwords close an account for a while, whatever address they seem to come from', async () => {
  await joined('eve@floor.example')
  const statuses: number[] = []
  for (let at = 0; at < 15; at++) {
    const email = at % 2 ? 'eve@floor.example' : 'EVE@floor.example'
    const headers = { 'x-forwarded-for': `10.0.0.${at}`, 'content-type': 'application/json' }
    const path = at % 3 ? '/session' : '/session/'
    statuses.push((await house.anonymous.send('POST', path, { email, password: 'wrong' }, headers)).status)
  }
  expect(statuses.slice(0, 10)).toEqual(Array(10).fill(401))
  expect(statuses.slice(10)).toEqual(Array(5).fill(429))
  const right = await house.anonymous.post('/session', { email: 'eve@floor.example', password })
  expect(right.status).toBe(429)
  expect(Number(right.headers.get('retry-after'))).toBeGreaterThan(0)
})

test('nobody can tell from the answer whether an address has an account', async () => {
  await joined('fay@floor.example')
  const known = await house.anonymous.post('/session', { email: 'fay@floor.example', password: 'wrong' })
  const unknown = await house.anonymous.post('/session', { email: 'nobody@floor.example', password: 'wrong' })
  expect(known.status).toBe(401)
  expect(unknown.body).toEqual(known.body)
})

test('the last admin can be neither lowered nor removed, and a deactivated user is out at once', async () => {
  const boss = house.as('boss')
  const id = house.userId('boss')
  const fields = { name: 'boss', email: null, role: 'manager', personId: null, teamId: null, active: true }
  expect((await boss.put(`/users/${id}`, fields)).body.code).toBe('user.last_admin')
  expect((await boss.delete(`/users/${id}`)).body.code).toBe('user.last_admin')
  const { id: gil, now } = await joined('gil@floor.example')
  await boss.put(`/users/${gil}`, { ...fields, role: 'rep', active: false })
  expect((await now.get('/session')).status).toBe(401)
  expect((await house.anonymous.post('/session', { email: 'gil@floor.example', password })).status).toBe(401)
})

test('a setup link makes one organization with useful boards and its first admin, and is not lost by a slip', async () => {
  const token = await createLink(house.web.stores.mongo, { org: null, userId: null, ttlMs: 60_000 })
  const admin = { name: 'Ida', email: 'boss@floor.example', password }
  const organization = { ...floorSettings, name: 'South Wind' }
  expect((await house.anonymous.post('/session/link', { token })).status).toBe(401)
  const taken = await house.anonymous.post('/setup', { token, organization, admin })
  expect(taken.body.code).toBe('user.email_taken')
  const made = await house.anonymous.post('/setup', {
    token,
    organization,
    admin: { ...admin, email: 'ida@s.example' },
  })
  expect(made.status).toBe(201)
  expect(made.body.user.role).toBe('admin')
  expect((await holder(made).get('/boards')).body.items.length).toBeGreaterThanOrEqual(5)
  expect((await house.anonymous.post('/setup', { token, organization, admin })).body.code).toBe('link.used')
})

test('a page of another site cannot act in the name of somebody who is signed in', async () => {
  for (const headers of [{ origin: 'https://evil.example' }, { origin: 'null' }, { 'sec-fetch-site': 'cross-site' }])
    expect((await house.as('boss').send('DELETE', '/session', undefined, headers)).body.code).toBe('origin.foreign')
  expect((await house.as('boss').get('/session')).status).toBe(200)
})
