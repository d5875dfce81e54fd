import { afterAll, beforeAll, expect, test } from 'vitest'
import { type House, openHouse } from '#test/support/house.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

const invite = (name: string) =>
  house.as('boss').post('/users', { name, email: null, role: 'viewer', personId: null, teamId: null, active: true })

/** All pages of a list, and the ids on them. */
async function paged(path: string, limit: number): Promise<string[][]> {
  const pages: string[][] = []
  let after = ''
  for (let n = 0; n < 50; n++) {
    const { status, body } = await house.as('boss').get(`${path}?limit=${limit}${after && `&after=${after}`}`)
    expect(status).toBe(200)
    pages.push(body.items.map(({ id }: { id: string }) => id))
    if (body.next === null) return pages
    after = body.next
  }
  throw new Error('The pages do not end')
}

test('people, users and all that is defined are read whole, or page by page with nobody twice and nobody missed', async () => {
  for (const name of ['Twin', 'Twin', 'Twin', 'aria', '陈']) expect((await invite(name)).status).toBe(201)
  for (const path of ['/users', '/people', '/teams', '/boards', '/metrics']) {
    const { body } = await house.as('boss').get(path)
    const whole = body.items.map(({ id }: { id: string }) => id)
    expect(body.next).toBe(null)
    for (const limit of [1, 2, whole.length, 1000]) {
      const pages = await paged(path, limit)
      expect([path, limit, pages.flat()]).toEqual([path, limit, whole])
      expect(pages).toHaveLength(Math.max(1, Math.ceil(whole.length / limit)))
    }
  }
})

test('a page after somebody who is gone, or of another organization, says that the list must be read anew', async () => {
  const boss = house.as('boss')
  const { id } = (await invite('Gone')).body
  expect((await boss.delete(`/users/${id}`)).status).toBe(204)
  for (const path of [`/users?after=${id}`, `/users?after=${house.other.userId('boss')}`, '/people?after=other-ana'])
    expect((await boss.get(path)).body).toMatchObject({ status: 409, code: 'list.changed' })
  for (const query of ['limit=0', 'limit=1001', 'limit=x', 'after=a.b', 'page=2', 'after[$gt]=a'])
    for (const path of ['/users', '/people']) expect((await boss.get(`${path}?${query}`)).status).toBe(422)
})
