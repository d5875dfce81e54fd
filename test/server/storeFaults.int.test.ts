import { afterAll, beforeAll, expect, test } from 'vitest'
import { finishChanges } from '#server/data/definitionChange.ts'
import { hashPassword } from '#server/data/passwords.ts'
import { createLink } from '#server/data/sessions.ts'
import { isStoreAway } from '#server/data/storeAway.ts'
import { importPeople } from '#server/imports/importPeople.ts'
import { type Answer, type Caller, caller, until } from '#test/support/caller.ts'
import { minuteMs, sprintInput } from '#test/support/contest.ts'
import { startDocstore, type TestDocstore } from '#test/support/docstore.ts'
import { failPoint, retryAtEachCommand, tooLong } from '#test/support/faults.ts'
import { floorSettings } from '#test/support/floor.ts'
import { type House, openHouse } from '#test/support/house.ts'
import { call } from '#test/support/sent.ts'
import { addUser } from '#test/support/tenant.ts'
import { bodies } from './bodies.ts'
import { rights } from './rightsTable.ts'

const password = 'a long enough sentence'
const nextPassword = 'another long sentence'
let docstore: TestDocstore
let house: House
let mongo: House['web']['stores']['mongo']
beforeAll(async () => {
  docstore = await startDocstore({ args: ['--test-commands'] })
  house = await openHouse({ MONGODB_URL: docstore.uri('pitboard') })
  ;({ mongo } = house.web.stores)
})
afterAll(async () => {
  await house?.close()
  await docstore?.stop()
})

/** Signed in with the cookie of an answer. */
const holder = ({ headers }: Answer): Caller =>
  caller(house.url, { cookie: headers.get('set-cookie')?.split(';')[0] ?? '' })

/** A user of the floor with the password, signed in on one device. */
async function addRep(id: string): Promise<{ id: string; email: string; device: Caller }> {
  const email = `${id}@floor.example`
  const passwordHash = await hashPassword(password)
  const token = await addUser(mongo, { _id: id, org: house.org, name: id, email, role: 'rep', passwordHash })
  return { id, email, device: caller(house.url, { cookie: `pitboard_session=${token}` }) }
}

test('whatever is read is refused with 503 while the database fails, and there when it is well again', async () => {
  await house.send(call('ana'))
  const contest = await house.as('boss').post('/contests', sprintInput(Date.now()))
  const ids: Record<string, string> = { boards: 'points-today', people: 'ana', contests: contest.body.contest.id }
  const paths = Object.keys(rights)
    .filter((name) => name.startsWith('get ') && !name.startsWith('get /imports/:id'))
    .map((name) => name.slice(4).replace(/^\/(\w+)\/:id/, (_, noun) => `/${noun}/${ids[noun]}`))
  for (const path of paths) {
    const caller = house.as(path === '/my/day' ? 'ana' : 'boss')
    await retryAtEachCommand(mongo, async () => ({ send: () => caller.get(path), statuses: [200] }))
  }
})

test('an organization is made once and whole, wherever its making was interrupted', async () => {
  const organization = { ...floorSettings, name: 'South Wind' }
  await retryAtEachCommand(mongo, async (at) => {
    const token = await createLink(mongo, { org: null, userId: null, ttlMs: 60_000 })
    const admin = { name: 'Ida', email: `ida${at}@s.example`, password }
    const send = () => house.anonymous.post('/setup', { token, organization, admin })
    return {
      send,
      statuses: [201],
      async right(made) {
        expect((await holder(made).get('/boards')).body.items.length).toBeGreaterThanOrEqual(5)
        const found = await mongo.organizations.find({ name: 'South Wind' }).lean()
        expect(found.length).toBe(at + 1)
        for (const { _id: org } of found)
          expect([await mongo.teams.countDocuments({ org }), await mongo.sources.countDocuments({ org })]).toEqual([
            1, 1,
          ])
        expect((await send()).body.code).toBe('link.used')
      },
    }
  })
})

test('a link that works once is not used up by a sign-in that failed', async () => {
  await retryAtEachCommand(mongo, async (at) => {
    const { id } = await addRep(`lin-${at}`)
    const token = await createLink(mongo, { org: house.org, userId: id, ttlMs: 60_000 })
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
  const token = await createLink(mongo, { org: house.org, userId: id, ttlMs: 60_000 })
  const both = await Promise.all([1, 2].map(() => house.anonymous.post('/session/link', { token })))
  expect(both.map(({ status }) => status).sort()).toEqual([200, 401])
  expect(await mongo.sessions.countDocuments({ userId: id })).toBe(2)
})

test('who cannot be let in since the database fails is not taken for somebody who guesses passwords', async () => {
  const { email } = await addRep('una')
  await failPoint(mongo, 'alwaysOn', { failCommands: ['find'], namespace: 'pitboard.users', ...tooLong })
  for (let at = 0; at < 12; at++) expect((await house.anonymous.post('/session', { email, password })).status).toBe(503)
  await failPoint(mongo, 'off')
  expect((await house.anonymous.post('/session', { email, password })).status).toBe(200)
  await retryAtEachCommand(mongo, async () => ({
    send: () => house.anonymous.post('/session', { email, password }),
    statuses: [200],
    right: async (answer) => expect((await holder(answer).get('/session')).status).toBe(200),
  }))
})

test('a password is changed and every other device signed out, wherever that was interrupted', async () => {
  await retryAtEachCommand(mongo, async (at) => {
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
  await retryAtEachCommand(mongo, async (at) => {
    const { id, device } = await addRep(`out-${at}`)
    return {
      send: () => device.delete('/session'),
      statuses: [204],
      right: async () => expect(await mongo.sessions.countDocuments({ userId: id })).toBe(0),
    }
  })
})

test('somebody is invited once, with a link that lets them in', async () => {
  await retryAtEachCommand(mongo, async (at) => {
    const email = `new-${at}@floor.example`
    const invited = { name: email, email, role: 'rep', personId: null, teamId: null, active: true }
    return {
      send: () => house.as('boss').post('/users', invited),
      statuses: [201],
      async right({ body }) {
        expect(await mongo.users.countDocuments({ email })).toBe(1)
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
    await retryAtEachCommand(mongo, async (at) => {
      const { id, email } = await addRep(`${name}-${at}`)
      return {
        send: () => change(id, email),
        statuses: [name === 'low' ? 200 : 204],
        async right() {
          expect(await mongo.sessions.countDocuments({ userId: id })).toBe(0)
          expect((await mongo.users.findById(id).lean())?.role).toBe(name === 'low' ? 'viewer' : undefined)
        },
      }
    })
})

test('a source, a key and a contest are made once, however often the making was interrupted', async () => {
  const boss = house.as('boss')
  await retryAtEachCommand(mongo, async (at) => ({
    send: () => boss.post('/sources', { name: `Source ${at}`, active: true }),
    statuses: [201],
    right: async () => expect(await mongo.sources.countDocuments({ name: `Source ${at}` })).toBe(1),
  }))
  const { id } = (await boss.post('/sources', { name: 'Keyed', active: true })).body
  await retryAtEachCommand(mongo, async (at) => ({
    send: () => boss.post(`/sources/${id}/keys`),
    statuses: [201],
    async right({ body }) {
      expect(await mongo.apiKeys.countDocuments({ sourceId: id, revokedAt: null })).toBe(1)
      expect([at, (await boss.delete(`/sources/${id}/keys/${body.hint}`)).status]).toEqual([at, 204])
    },
  }))
  await retryAtEachCommand(mongo, async (at) => {
    const startsAtMs = Date.now() + 60 * minuteMs
    const name = { en: `Sprint ${at}` }
    return {
      send: () =>
        boss.post('/contests', sprintInput(Date.now(), { name, startsAtMs, endsAtMs: startsAtMs + 60 * minuteMs })),
      statuses: [201],
      async right({ body }) {
        expect(await mongo.contests.countDocuments({ name })).toBe(1)
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
    await retryAtEachCommand(mongo, async (at) => ({
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

test('a team is renamed and removed, and an own entry made once, wherever that was interrupted', async () => {
  const boss = house.as('boss')
  const input = { ...bodies['post /teams'], name: 'Passing' }
  const team = async () => (await boss.post('/teams', input)).body.id as string
  await retryAtEachCommand(mongo, async (at) => {
    const path = `/teams/${await team()}`
    return { send: () => boss.put(path, { ...input, name: `Renamed ${at}` }), statuses: [200] }
  })
  await retryAtEachCommand(mongo, async () => {
    const id = await team()
    return {
      send: () => boss.delete(`/teams/${id}`),
      statuses: [204],
      right: async () => expect(await mongo.teams.findById(id).lean()).toBeNull(),
    }
  })
  await finishChanges(house.web, new Date(Date.now() + 1))
  await retryAtEachCommand(mongo, async (at) => {
    const own = { ...bodies['post /my/activities'], id: `mine-${at}`, occurredAt: new Date().toISOString() }
    return {
      send: () => house.as('ana').post('/my/activities', own),
      statuses: [202],
      async right() {
        expect(await mongo.activities.countDocuments({ externalId: new RegExp(`mine-${at}$`) })).toBe(1)
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
  await retryAtEachCommand(mongo, async () => {
    worth += 1
    return {
      send: () => boss.put(`/points-rules/${id}`, { ...rule, award: { type: 'fixed', points: worth } }),
      statuses: [200],
      async right() {
        // Of no concern to any board.
        expect((await boss.post('/teams', { ...bodies['post /teams'], name: `After ${worth}` })).status).toBe(201)
        expect((await mongo.organizations.findById(house.org).lean())?.changingSince).toBeUndefined()
        if ((await mongo.organizations.findById(house.org).lean())?.rederiveDue) await house.rederive()
        expect([worth, await points()]).toEqual([worth, before * worth])
      },
    }
  })
  expect(await house.differences()).toEqual([])
})

test('people of a file are taken in once and whole, wherever that was interrupted', async () => {
  await retryAtEachCommand(mongo, async (at) => {
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
        const found = await mongo.people.find({ org: house.org, name: new RegExp(`^File ${at} `) }).lean()
        const teams = await mongo.teams.find({ org: house.org, name: `File team ${at}` }).lean()
        expect([found.length, teams.length]).toEqual([3, 1])
        expect(found.flatMap((one) => one.memberships.map(({ teamId }) => teamId))).toEqual(
          Array(3).fill(teams[0]?._id),
        )
      },
    }
  })
})

test('a name that is given to somebody counts for them, wherever the giving was interrupted', async () => {
  await retryAtEachCommand(mongo, async (at) => {
    const ref = { externalId: `who-${at}` }
    await house.send(call('', { person: ref }))
    expect(await mongo.activities.countDocuments({ org: house.org, unmatched: true })).toBe(1)
    return {
      send: () => house.as('boss').post('/unmatched/assign', { sourceId: house.sourceId, ref, personId: 'bo' }),
      statuses: [200],
      async right() {
        await finishChanges(house.web, new Date(Date.now() + 1))
        if ((await mongo.organizations.findById(house.org).lean())?.rederiveDue) await house.rederive()
        await house.settle()
        expect(await mongo.activities.countDocuments({ org: house.org, unmatched: true })).toBe(0)
      },
    }
  })
  expect(await house.differences()).toEqual([])
})

test('when a source last sent something is told in the end, even if the database fails when it is written down', async () => {
  const { id } = (await house.as('boss').post('/sources', { name: 'Seldom', active: true })).body
  const { key } = (await house.as('boss').post(`/sources/${id}/keys`)).body
  await failPoint(mongo, { times: 1 }, { failCommands: ['update'], namespace: 'pitboard.sources', ...tooLong })
  const sent = await caller(house.url, { authorization: `Bearer ${key}` }).post('/activities', call('ana'))
  expect(sent.status).toBe(202)
  await until(async () => (await mongo.sources.findById(id).lean())?.lastActivityAt, 10_000)
  expect(await failPoint(mongo, 'off')).toBeGreaterThan(0)
})
