import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Answer, type Caller, caller } from '../support/caller.ts'
import { brokenBodies, leaves, operators, withOperator } from '../support/hostile.ts'
import { type House, openHouse } from '../support/house.ts'
import { openScreen } from '../support/screen.ts'
import { pick, seeded } from '../support/seeded.ts'
import { call } from '../support/sent.ts'
import { bodies } from './bodies.ts'

const seed = 20_261_122
let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

/** A refusal says what, and nothing about how the server is made. */
function expectClean(where: unknown, { status, body }: Answer): void {
  expect([where, status >= 400 && status < 500]).toEqual([where, true])
  if (body !== null) {
    expect([where, typeof body.code, typeof body.detail]).toEqual([where, 'string', 'string'])
    expect(JSON.stringify(body)).not.toMatch(/node_modules|\.ts:|\bat .+\(|Mongo|SQL|argon2/)
  }
}

async function expectAlive(): Promise<void> {
  expect((await house.as('boss').get('/session')).status).toBe(200)
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
}

function send(who: Caller, name: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const [method = '', path = ''] = name.split(' ')
  return who.send(method.toUpperCase(), path.replace(':id', 'bo'), body, headers)
}

test('a thousand mutated requests get a clean refusal each, and the server goes on', async () => {
  const random = seeded(seed)
  const names = Object.keys(bodies)
  const boss = house.as('boss')
  for (let at = 0; at < 1000; at += 20) {
    const batch = Array.from({ length: 20 }, async (_, offset) => {
      const name = pick(random, names)
      const [method = '', path = ''] = name.split(' ')
      const address = path.replace(':id', 'bo')
      const kind = (at + offset) % 5
      const broken = pick(random, brokenBodies)
      const mutated = withOperator(bodies[name] as object, random)
      const id = pick(random, ['a%00', '%24ne', '..%2f..%2f', 'a'.repeat(65), '%ff', 'a b', '%7B%22$ne%22:1%7D'])
      const answer = await [
        () => boss.send(method, address, mutated),
        () => boss.send(method, address, broken),
        () => boss.send(method, address, { ...bodies[name], extra: pick(random, operators) }),
        () =>
          boss.send(method, address, JSON.stringify(bodies[name]), {
            'content-type': pick(random, [
              'text/plain',
              'application/x-www-form-urlencoded',
              'application/json; charset=iso-8859-1',
            ]),
          }),
        () =>
          boss.send(
            'GET',
            `/boards/${id}/view?${pick(random, ['', 'top[$gt]=1', 'period[$ne]=x', '__proto__[polluted]=1', 'around=a&around=b'])}`,
          ),
      ][kind]?.()
      if (answer) expectClean([seed, at + offset, name, kind, kind === 1 ? broken.slice(0, 60) : mutated], answer)
    })
    await Promise.all(batch)
  }
  await expectAlive()
})

test('an operator of the database in any field of any body is refused', async () => {
  for (const [name, body] of Object.entries(bodies))
    for (const [index] of leaves(body).entries())
      for (const operator of operators.slice(0, 4)) {
        const copy = structuredClone(body)
        const place = leaves(copy)[index]
        if (place) (place.of as Record<string, unknown>)[place.key] = operator
        expectClean([name, place?.key, operator], await send(house.as('boss'), name, copy))
      }
})

test('activities with an operator in any field are refused one by one, and nothing of them is stored', async () => {
  const key = caller(house.url, { authorization: `Bearer ${house.key}` })
  const whole = { ...call('ana'), value: { amountMinor: 1, currency: 'EUR' }, attributes: { size: 'L' }, quantity: 1 }
  const mutants = leaves(whole).flatMap((_leaf, index) =>
    operators.map((operator) => {
      const copy = structuredClone(whole)
      const place = leaves(copy)[index]
      if (place) (place.of as Record<string, unknown>)[place.key] = operator
      return copy
    }),
  )
  const { status, body } = await key.post('/activities', mutants)
  expect([status, body.accepted, body.rejected.length]).toEqual([202, 0, mutants.length])
  expect(await house.web.stores.mongo.activities.countDocuments({})).toBe(0)
})

test('a body that reaches for the prototype of everything changes nothing', async () => {
  const text = JSON.stringify({ ...bodies['post /metrics'], slug: 'proto' })
  for (const field of ['"__proto__":{"polluted":true}', '"constructor":{"prototype":{"polluted":true}}']) {
    const answer = await house.as('boss').send('POST', '/metrics', `{${field},${text.slice(1)}`)
    expect([field, answer.status < 500]).toEqual([field, true])
  }
  const rule = JSON.stringify(bodies['post /points-rules']).replace('"gold"', '"__proto__"')
  expect((await house.as('boss').send('POST', '/points-rules', rule)).status).toBeLessThan(500)
  await expectAlive()
})

test('a thousand mutated messages on the socket get a clean refusal each, and the screens of others go on', async () => {
  const random = seeded(seed)
  const events = [
    'board:watch',
    'board:unwatch',
    'contest:watch',
    'contest:unwatch',
    'user:delete',
    '__proto__',
    'constructor',
  ]
  const good = { boardId: 'points-today', top: 10, around: 'ana', period: '2026-11-22' }
  const other = await openScreen(house.url, house.cookie('wall'))
  for (let screen = 0; screen < 20; screen++) {
    const { socket, close } = await openScreen(house.url, house.cookie(pick(random, ['ana', 'mia', 'boss'] as const)))
    const answers = Array.from({ length: 50 }, async () => {
      const event = pick(random, events)
      const message = pick(random, [
        withOperator(good, random),
        pick(random, operators),
        null,
        'x'.repeat(5000),
        { ...good, extra: 1 },
        Buffer.from('x'),
        12,
      ])
      // What a socket may send is typed; this is what somebody else's program might.
      const loose = socket.timeout(5000) as unknown as {
        emitWithAck(event: string, ...args: unknown[]): Promise<unknown>
      }
      const reply = (await loose.emitWithAck(event, message)) as {
        ok: boolean
        problem: { status: number; code: string }
      }
      expect([seed, event, message, reply.ok]).toEqual([seed, event, message, false])
      expect(reply.problem.status).toBeGreaterThanOrEqual(400)
      expect(reply.problem.status).toBeLessThan(500)
    })
    await Promise.all(answers)
    close()
  }
  const view = await other.socket.timeout(5000).emitWithAck('board:watch', { boardId: 'points-today', top: 10 })
  expect(view.ok).toBe(true)
  other.close()
  await expectAlive()
})
