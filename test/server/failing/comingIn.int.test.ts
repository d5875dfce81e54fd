import { afterAll, beforeAll, expect, test } from 'vitest'
import { hashPassword } from '#server/data/passwords.ts'
import { createLink } from '#server/data/sessions.ts'
import { type Answer, type Caller, caller } from '#test/support/caller.ts'
import { failable, failPoint, retryAtEachCommand, tooLong } from '#test/support/faults.ts'
import { floorSettings } from '#test/support/floor.ts'
import { type House, openHouse } from '#test/support/house.ts'
import { addUser } from '#test/support/tenant.ts'

const password = 'a long enough sentence'
const nextPassword = 'another long sentence'
let house: House
beforeAll(async () => {
  house = await openHouse({}, failable)
})
afterAll(() => house.close())

const mongo = () => house.web.stores.mongo

/** Signed in with the cookie of an answer. */
const holder = ({ headers }: Answer): Caller =>
  caller(house.url, { cookie: headers.get('set-cookie')?.split(';')[0] ?? '' })

/** A user of the floor with the password, signed in on one device. */
async function addRep(id: string): Promise<{ id: string; email: string; device: Caller }> {
  const email = `${id}@floor.example`
  const passwordHash = await hashPassword(password)
  const token = await addUser(mongo(), { _id: id, org: house.org, name: id, email, role: 'rep', passwordHash })
  return { id, email, device: caller(house.url, { cookie: `pitboard_session=${token}` }) }
}

test('an organization is made once and whole, wherever its making was interrupted', async () => {
  const organization = { ...floorSettings, name: 'South Wind' }
  await retryAtEachCommand(mongo(), async (at) => {
    const token = await createLink(mongo(), { org: null, userId: null, ttlMs: 60_000 })
    const admin = { name: 'Ida', email: `ida${at}@s.example`, password }
    const send = () => house.anonymous.post('/setup', { token, organization, admin })
    return {
      send,
      statuses: [201],
      async right(made) {
        expect((await holder(made).get('/boards')).body.items.length).toBeGreaterThanOrEqual(5)
        const found = await mongo().organizations.find({ name: 'South Wind' }).lean()
        expect(found.length).toBe(at + 1)
        for (const { _id: org } of found)
          expect([await mongo().teams.countDocuments({ org }), await mongo().sources.countDocuments({ org })]).toEqual([
            1, 1,
          ])
        expect((await send()).body.code).toBe('link.used')
      },
    }
  })
})

test('a link that works once is not used up by a sign-in that failed', async () => {
  await retryAtEachCommand(mongo(), async (at) => {
    const { id } = await addRep(`lin-${at}`)
    const token = await createLink(mongo(), { org: house.org, userId: id, ttlMs: 60_000 })
    const send = () => house.anonymous.post('/session/link', { token })
    return {
      send,
      statuses: [200],
      async right(answer) {
        expect((await holder(answer).get('/session')).body.user.id).toBe(id)
        expect((await send()).body.code).toBe('link.used')
      },
    }
  })
})

test('of two who use a link at the same moment one comes in', async () => {
  const { id } = await addRep('duo')
  const token = await createLink(mongo(), { org: house.org, userId: id, ttlMs: 60_000 })
  const both = await Promise.all([1, 2].map(() => house.anonymous.post('/session/link', { token })))
  expect(both.map(({ status }) => status).sort()).toEqual([200, 401])
  expect(await mongo().sessions.countDocuments({ userId: id })).toBe(2)
})

test('who cannot be let in since the database fails is not taken for somebody who guesses passwords', async () => {
  const { email } = await addRep('una')
  await failPoint(mongo(), 'alwaysOn', { failCommands: ['find'], namespace: 'pitboard.users', ...tooLong })
  for (let at = 0; at < 12; at++) expect((await house.anonymous.post('/session', { email, password })).status).toBe(503)
  await failPoint(mongo(), 'off')
  expect((await house.anonymous.post('/session', { email, password })).status).toBe(200)
  await retryAtEachCommand(mongo(), async () => ({
    send: () => house.anonymous.post('/session', { email, password }),
    statuses: [200],
    right: async (answer) => expect((await holder(answer).get('/session')).status).toBe(200),
  }))
})

test('a password is changed and every other device signed out, wherever that was interrupted', async () => {
  await retryAtEachCommand(mongo(), async (at) => {
    const { email, device } = await addRep(`pat-${at}`)
    const here = holder(await house.anonymous.post('/session', { email, password }))
    const change = { currentPassword: password, newPassword: nextPassword }
    let now = here
    return {
      async send() {
        const answer = await now.put('/session/password', change)
        if (answer.headers.has('set-cookie')) now = holder(answer)
        return answer
      },
      statuses: [204],
      async right() {
        expect((await now.get('/session')).status).toBe(200)
        expect((await device.get('/session')).status).toBe(401)
        expect((await house.anonymous.post('/session', { email, password: nextPassword })).status).toBe(200)
        expect((await house.anonymous.post('/session', { email, password })).status).toBe(401)
      },
    }
  })
})

test('signing out ends the session, wherever it was interrupted', async () => {
  await retryAtEachCommand(mongo(), async (at) => {
    const { id, device } = await addRep(`out-${at}`)
    return {
      send: () => device.delete('/session'),
      statuses: [204],
      right: async () => expect(await mongo().sessions.countDocuments({ userId: id })).toBe(0),
    }
  })
})

test('somebody is invited once, with a link that lets them in', async () => {
  await retryAtEachCommand(mongo(), async (at) => {
    const email = `new-${at}@floor.example`
    const invited = { name: email, email, role: 'rep', personId: null, teamId: null, active: true }
    return {
      send: () => house.as('boss').post('/users', invited),
      statuses: [201],
      async right({ body }) {
        expect(await mongo().users.countDocuments({ email })).toBe(1)
        const token = new URL(body.link.url).hash.slice(1)
        expect((await house.anonymous.post('/session/link', { token })).status).toBe(200)
      },
    }
  })
})

test('whoever gets other rights or is removed is signed out, wherever that was interrupted', async () => {
  const boss = house.as('boss')
  const changes: [string, (id: string, email: string) => Promise<Answer>][] = [
    [
      'low',
      (id, email) =>
        boss.put(`/users/${id}`, { name: id, email, role: 'viewer', personId: null, teamId: null, active: true }),
    ],
    ['gone', (id) => boss.delete(`/users/${id}`)],
  ]
  for (const [name, change] of changes)
    await retryAtEachCommand(mongo(), async (at) => {
      const { id, email } = await addRep(`${name}-${at}`)
      return {
        send: () => change(id, email),
        statuses: [name === 'low' ? 200 : 204],
        async right() {
          expect(await mongo().sessions.countDocuments({ userId: id })).toBe(0)
          expect((await mongo().users.findById(id).lean())?.role).toBe(name === 'low' ? 'viewer' : undefined)
        },
      }
    })
})
