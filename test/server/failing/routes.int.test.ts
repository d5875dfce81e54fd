import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Route } from '#server/http/route.ts'
import { type Answer, caller } from '#test/support/caller.ts'
import { atEachCommand, failable } from '#test/support/faults.ts'
import { type House, openHouse } from '#test/support/house.ts'
import { call } from '#test/support/sent.ts'
import { bodies } from '../bodies.ts'

let house: House
beforeAll(async () => {
  house = await openHouse({}, failable)
  await house.send(call('ana'), call('bo'), call('cai'))
})
afterAll(() => house.close())

/** These end what others are asked with, or go through files; they have tests of their own. */
const apart = /^(\/session|\/setup|\/imports)/

/** Asks with the database failing from its first command on, then from its second and so on; answers what came in the end. */
async function askUntilDone(name: string, ask: () => Promise<Answer>): Promise<Answer> {
  let taken: Answer | null = null
  const prepare = async () => ({
    attempt: async () => taken ?? (await ask()),
    async healed(answer: Answer) {
      if (answer.status < 500) taken = answer
      else expect([name, answer.status, answer.body.code]).toEqual([name, 503, 'stores.unreachable'])
    },
  })
  await atEachCommand(house.web.stores.mongo, prepare, { errorCode: 14031 })
  if (taken === null) throw new Error(`${name} is never taken`)
  return taken
}

/** Of the things that there are, the one that was made here where there is one: what the floor has is in use. */
async function oneOf(noun: string): Promise<{ id: string } & Record<string, unknown>> {
  const { items } = (await house.as('boss').get(`/${noun}`)).body
  const made = items.find((one: object) => /"([Ee]xtra|Sprint)"/.test(JSON.stringify(one)))
  return made?.contest ?? made ?? items[0]
}

function bodyFor({ method, path }: Route): unknown {
  if (method === 'get' || method === 'delete') return undefined
  return path === '/activities' ? call('ana') : bodies[`${method} ${path}`]
}

test('wherever the database fails amid a request, the answer is to come back, and coming back does it', async () => {
  const refused: string[] = []
  const routes = house.web.routes.filter(({ path }) => !apart.test(path))
  const deletesLast = [...routes].sort((a, b) => Number(a.method === 'delete') - Number(b.method === 'delete'))
  for (const route of deletesLast) {
    const { method, path } = route
    const id = path.includes(':id') ? (await oneOf(path.split('/')[1] ?? '')).id : ''
    const body = bodyFor(route)
    const source = caller(house.url, { authorization: `Bearer ${house.key}` })
    const who = path === '/activities' ? source : path.startsWith('/my/') ? house.as('ana') : house.as('boss')
    const address = path.replace(':id', id).replace(':hint', house.key.slice(0, 8))
    const name = `${method} ${path}`
    const answer = await askUntilDone(name, () => who.send(method.toUpperCase(), address, body))
    const gone = method === 'delete' && answer.status === 404
    if (answer.status >= 300 && !gone) refused.push(`${name} ${answer.status} ${answer.body?.code}`)
  }
  expect(refused).toEqual([])
  await house.rederive()
  await house.settle()
  expect(await house.differences()).toEqual([])
})
