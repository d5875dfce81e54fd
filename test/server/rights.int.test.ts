import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Caller, caller } from '../support/caller.ts'
import { minuteMs, sprintInput } from '../support/contest.ts'
import { type House, openHouse } from '../support/house.ts'
import { type Right, rights } from './rightsTable.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

const order: readonly Right[] = ['viewer', 'rep', 'manager', 'admin']
const lists = ['/metrics', '/points-rules', '/boards', '/teams', '/people', '/users', '/sources', '/contests']
const whole = () => Promise.all(lists.map(async (path) => (await house.as('boss').get(path)).body))

/** A route with a body that says nothing, about something that is not there. */
function ask(who: Caller, name: string, id = 'missing') {
  const [method = '', path = ''] = name.split(' ')
  const address = path.replace(':id', id).replace(':hint', 'pb_aaaaa')
  return who.send(method.toUpperCase(), address, method === 'get' || method === 'delete' ? undefined : {})
}

test('every route has its line in the table of rights, and every line its route', () => {
  const routes = house.web.routes.map(({ method, path }) => `${method} ${path}`)
  expect(routes.filter((name) => !(name in rights))).toEqual([])
  expect(Object.keys(rights).filter((name) => !routes.includes(name))).toEqual([])
})

test('strangers get 401, those with too few rights 403, and nothing changes by their asking', async () => {
  const before = await whole()
  const key = caller(house.url, { authorization: `Bearer ${house.key}` })
  const unknownKey = caller(house.url, { authorization: `Bearer pb_${'x'.repeat(43)}` })
  for (const { method, path } of house.web.routes) {
    const name = `${method} ${path}`
    const right = rights[name] as Right
    const expected = (holder: Right | null) => {
      if (holder === null) return 401
      if (right === 'key' || holder === 'key') return right === holder ? null : 403
      return order.indexOf(holder) >= order.indexOf(right) ? null : 403
    }
    const callers: [Right | null, Caller][] = [
      [null, house.anonymous],
      ['key', key],
      ['viewer', house.as('wall')],
      ['rep', house.as('ana')],
      ['manager', house.as('mia')],
      ['admin', house.as('boss')],
    ]
    for (const [holder, who] of callers) {
      if (name === 'delete /session' && holder !== null && holder !== 'key') continue
      const { status, body } = await ask(who, name)
      const refused = status === 401 || (status === 403 && body.code === 'permission.denied')
      const wanted = expected(holder)
      // A public route may still refuse the link or password that was sent.
      if (right !== 'public') expect([name, holder, refused ? status : null]).toEqual([name, holder, wanted])
      expect([name, holder, status >= 500]).toEqual([name, holder, false])
    }
    if (right !== 'public') expect([name, (await ask(unknownKey, name)).status]).toEqual([name, 401])
  }
  expect(await whole()).toEqual(before)
})

test('for an admin of another organization everything of ours looks as if it were not there', async () => {
  const before = await whole()
  const theirs = house.other.as('boss')
  const ids: Record<string, string> = {
    metrics: 'calls',
    'points-rules': 'call-points',
    boards: 'points-today',
    teams: 'red',
    people: 'ana',
    users: house.userId('ana'),
    sources: house.sourceId,
  }
  for (const { method, path } of house.web.routes.filter((route) => route.path.includes('/:id'))) {
    const noun = path.split('/')[1] ?? ''
    const id = ids[noun]
    if (id === undefined) continue
    const body = method === 'put' ? await example(theirs, noun) : undefined
    const answers = []
    for (const one of [id, 'missing'])
      answers.push(
        await theirs.send(method.toUpperCase(), path.replace(':id', one).replace(':hint', house.key.slice(0, 8)), body),
      )
    expect([method, path, answers[0]?.status]).toEqual([method, path, 404])
    expect(answers[0]?.body).toEqual(answers[1]?.body)
  }
  expect(await whole()).toEqual(before)
  for (const path of lists)
    expect(JSON.stringify((await theirs.get(path)).body)).not.toMatch(/"id":"(ana|red|calls|crm)"/)
})

/** A body that this route takes: one of their own, without what only the server writes. */
async function example(who: Caller, noun: string): Promise<unknown> {
  const [first] = (await who.get(`/${noun}`)).body.items
  const { id: _i, createdAtMs: _c, lastAtMs: _l, keys: _k, ...body } = first
  return body
}

test('fields that callers may not set are refused, whoever they are', async () => {
  const before = await whole()
  const boss = house.as('boss')
  const forged = [
    '_id',
    'id',
    'org',
    'organizationId',
    'passwordHash',
    'points',
    '__v',
    'createdAt',
    'version',
    'scopes',
  ]
  for (const noun of ['metrics', 'points-rules', 'boards', 'teams', 'people', 'users', 'sources']) {
    const body = (await example(boss, noun)) as object
    for (const field of forged) {
      const answer = await boss.post(`/${noun}`, { ...body, [field]: 'floor' })
      expect([noun, field, answer.status, answer.body.code]).toEqual([noun, field, 422, 'input.invalid'])
    }
  }
  for (const query of ['?sort=passwordHash', '?fields=email', '?populate=org', '?day[$ne]=1'])
    expect((await house.as('ana').get(`/people/ana/day${query}`)).status).toBe(422)
  expect(await whole()).toEqual(before)
})

test('a rep or manager cannot make themselves more than they are', async () => {
  for (const who of ['ana', 'mia', 'wall'] as const) {
    const me = { name: who, email: null, role: 'admin', personId: null, teamId: null, active: true }
    expect((await house.as(who).put(`/users/${house.userId(who)}`, me)).status).toBe(403)
    expect((await house.as(who).post('/users', me)).status).toBe(403)
    expect((await house.as(who).get('/session')).body.user.role).not.toBe('admin')
  }
})

test('a manager makes, changes and cancels contests of the own teams only', async () => {
  const later = { startsAtMs: Date.now() + minuteMs, graceMs: 0 }
  const side = (teamId: string, ...roster: string[]) => ({ teamId, name: teamId, color: 1, roster })
  const own = sprintInput(Date.now(), { ...later, sides: [side('red', 'ana', 'ari'), side('blue', 'bo')] })
  const refused = [
    sprintInput(Date.now(), later),
    { ...own, sides: [side('red', 'ana'), side('blue', 'cai')] },
    { ...own, sides: [side('red', 'ana'), side('green', 'bo')] },
    { ...own, sides: [side('red', 'ana'), side('friends', 'cai')] },
  ]
  const mia = house.as('mia')
  const reach = async (answer: Promise<{ status: number; body: { code: string } }>) =>
    expect([(await answer).status, (await answer).body.code]).toEqual([403, 'permission.reach'])
  for (const input of refused) await reach(mia.post('/contests', input))
  const friends = { ...own, sides: [side('red', 'ana'), side('friends', 'bo')] }
  const mine = (await mia.post('/contests', friends)).body.contest.id
  for (const input of refused) await reach(mia.put(`/contests/${mine}`, input))
  expect((await mia.put(`/contests/${mine}`, own)).status).toBe(200)
  for (const input of refused) {
    const made = await house.as('boss').post('/contests', input)
    expect(made.status).toBe(201)
    await reach(mia.put(`/contests/${made.body.contest.id}`, own))
    await reach(mia.post(`/contests/${made.body.contest.id}/cancel`))
  }
  expect((await mia.post(`/contests/${mine}/cancel`)).status).toBe(204)
  const phases = (await mia.get('/contests')).body.items.map(({ phase }: { phase: string }) => phase)
  expect(phases.sort()).toEqual(['cancelled', ...refused.map(() => 'scheduled')])
})

test('the documents of the API name every route and message', async () => {
  const { body: open } = await house.anonymous.get('/openapi.json')
  expect(open.openapi).toBe('3.1.1')
  for (const { method, path } of house.web.routes)
    expect(open.paths[path.replaceAll(/:(\w+)/g, '{$1}')]?.[method]?.responses).toBeDefined()
  const { body: live } = await house.anonymous.get('/asyncapi.json')
  expect(Object.keys(live.channels.socket.messages)).toEqual(
    expect.arrayContaining(['board-watch', 'board-patch', 'celebration']),
  )
})

test('figures for Prometheus are for this machine and for admins', async () => {
  const figures = (headers: Record<string, string> = {}) => fetch(`${house.url}/metrics`, { headers })
  expect(await (await figures()).text()).toContain('pitboard_http_request_duration_seconds_count{method="GET"')
  const elsewhere = { 'x-forwarded-for': '203.0.113.7' }
  expect((await figures(elsewhere)).status).toBe(403)
  expect((await figures({ ...elsewhere, cookie: house.cookie('mia') })).status).toBe(403)
  expect((await figures({ ...elsewhere, cookie: house.cookie('boss') })).status).toBe(200)
})
