import { afterAll, beforeAll, expect, test } from 'vitest'
import { createLink } from '#server/data/sessions.ts'
import { newToken } from '#server/data/tokens.ts'
import { newDefaults } from '#server/setup/newDefaults.ts'
import { type Answer, caller } from '#test/support/caller.ts'
import { type FailingHouse, openFailingHouse } from '#test/support/failingHouse.ts'
import { floorSettings } from '#test/support/floor.ts'

let parts: FailingHouse
beforeAll(async () => {
  parts = await openFailingHouse()
})
afterAll(() => parts.close())

const isAway = ({ status }: Answer) => status === 503
const holder = (answer: Answer) =>
  caller(parts.house.url, { cookie: answer.headers.get('set-cookie')?.split(';')[0] ?? '' })

test('a link that works once is not used up by a database that fails, and then works once', async () => {
  const { house, untilDone } = parts
  const link = { org: house.org, userId: house.userId('ana'), ttlMs: 60_000 }
  const token = await createLink(house.web.stores.mongo, link)
  const come = () => house.anonymous.post('/session/link', { token })
  const { outcome, failures } = await untilDone(come, isAway)
  expect(failures).toBeGreaterThan(2)
  // Its answer is lost at the very end only: then the link is used, and a new one is asked for.
  expect([200, 401]).toContain(outcome.status)
  expect((await come()).body.code).toBe('link.used')
})

test('many who use the same link at once: one of them comes in', async () => {
  const { house } = parts
  const token = await createLink(house.web.stores.mongo, { org: house.org, userId: house.userId('ana'), ttlMs: 60_000 })
  const answers = await Promise.all(Array.from({ length: 8 }, () => house.anonymous.post('/session/link', { token })))
  expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(7).fill(401)])
})

test('an organization whose making failed on the way is made by the same link, once', async () => {
  const { house, untilDone } = parts
  const { mongo } = house.web.stores
  const before = await mongo.organizations.countDocuments({})
  const token = await createLink(mongo, { org: null, userId: null, ttlMs: 600_000, token: newToken() })
  const admin = { name: 'Eva', email: 'eva@new.example', password: 'a long enough sentence' }
  const make = () => house.anonymous.post('/setup', { token, organization: floorSettings, admin })
  const { outcome, failures } = await untilDone(make, isAway)
  expect(failures).toBeGreaterThan(10)
  expect(await mongo.organizations.countDocuments({})).toBe(before + 1)
  const signedIn = await house.anonymous.post('/session', { email: admin.email, password: admin.password })
  const boards = (await holder(signedIn).get('/boards')).body.items
  expect([boards.length, new Set(boards.map((one: { id: string }) => one.id)).size]).toEqual(
    Array(2).fill(newDefaults(floorSettings, newToken).boards.length),
  )
  expect([201, 401]).toContain(outcome.status)
  expect((await make()).body.code).toBe('link.used')
})

test('whoever signs out is out, and whoever loses rights loses the sessions, wherever the database fails', async () => {
  const { house, untilDone } = parts
  const { mongo } = house.web.stores
  const token = await createLink(mongo, { org: house.org, userId: house.userId('ana'), ttlMs: 60_000 })
  const ana = holder(await house.anonymous.post('/session/link', { token }))
  const { outcome } = await untilDone(() => ana.delete('/session'), isAway)
  expect([204, 401]).toContain(outcome.status)
  expect((await ana.get('/session')).status).toBe(401)
  const lowered = { name: 'mia', email: null, role: 'viewer', personId: null, teamId: null, active: true }
  const boss = house.as('boss')
  const { outcome: changed } = await untilDone(() => boss.put(`/users/${house.userId('mia')}`, lowered), isAway)
  expect(changed.status).toBe(200)
  expect((await house.as('mia').get('/session')).status).toBe(401)
})
