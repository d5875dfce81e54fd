import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import type { BadgeRequest } from '#shared/badge.ts'
import { threeCalls } from '#test/support/badge.ts'
import { until } from '#test/support/caller.ts'
import { type House, openHouse } from '#test/support/house.ts'
import { openScreen, type Screen } from '#test/support/screen.ts'
import { call, type Sent } from '#test/support/sent.ts'
import { badgeRound } from '../../workers/badgeClock.ts'
import { type PassPoint, scorePass } from '../../workers/scorePass.ts'

let house: House
let screen: Screen
beforeAll(async () => {
  house = await openHouse()
  screen = await openScreen(house.url, house.cookie('wall'))
})
afterAll(async () => {
  screen.close()
  await house.close()
})
beforeEach(async () => {
  const { mongo } = house.web.stores
  for (const model of [mongo.activities, mongo.entries, mongo.tallies, mongo.badges, mongo.badgeGrants, mongo.feed])
    await model.collection.deleteMany({ org: house.org })
})

const round = () => badgeRound(house.web, Date.now())
async function makeBadge(changes: Partial<BadgeRequest> = {}): Promise<string> {
  const { status, body } = await house.as('mia').post('/badges', { ...threeCalls, ...changes })
  expect(status).toBe(201)
  await round()
  await round()
  return body.id
}
const grants = (badgeId: string) => house.web.stores.mongo.badgeGrants.find({ badgeId }).lean()
const granted = async (personId: string) => (await house.as('wall').get(`/people/${personId}/recognition`)).body.granted
const celebrations = (badgeId: string) =>
  screen.heard('celebration').filter(({ item }) => item.type === 'badge' && item.badgeId === badgeId)
const keys = async () => (await house.web.stores.mongo.activities.find({ org: house.org }).lean()).map(({ key }) => key)
async function post(...activities: Sent[]): Promise<void> {
  const response = await fetch(`${house.url}/api/v1/activities`, {
    method: 'POST',
    headers: { authorization: `Bearer ${house.key}`, 'content-type': 'application/json' },
    body: JSON.stringify(activities),
  })
  expect(response.status).toBe(202)
}

test('a badge is granted with the call that reaches it, once, with a word to the floor', async () => {
  const id = await makeBadge()
  await house.send(call('ana'), call('ana'))
  expect(await granted('ana')).toEqual([])
  await house.send(call('ana'), call('ana'), call('bo'))
  await house.send(call('ana'))
  expect(await granted('ana')).toMatchObject([{ badgeId: id, icon: 'phone' }])
  expect(await granted('bo')).toEqual([])
  const [celebration] = await until(async () => (celebrations(id).length > 0 ? celebrations(id) : null))
  expect(celebration).toMatchObject({ priority: 3, item: { name: 'Ana', badgeName: { en: 'Three calls' } } })
  const { body } = await house.as('wall').get('/feed')
  expect(body.items.filter(({ type }: { type: string }) => type === 'badge')).toHaveLength(1)
})

test('a correction takes the badge back, and what comes after gives it again without a second celebration', async () => {
  const id = await makeBadge()
  const third = call('ana')
  await house.send(call('ana'), call('ana'), third)
  await house.send({ ...third, revision: 2, voided: true })
  expect(await granted('ana')).toEqual([])
  await house.send(call('ana'))
  expect(await granted('ana')).toHaveLength(1)
  await until(async () => celebrations(id).length > 0)
  await house.send(call('bo'), call('bo'), call('bo'))
  await until(async () => celebrations(id).length > 1)
  expect(celebrations(id).map(({ item }) => item.type === 'badge' && item.personId)).toEqual(['ana', 'bo'])
})

test('a badge that is not revocable stays', async () => {
  await makeBadge({ revocable: false })
  const third = call('ana')
  await house.send(call('ana'), call('ana'), third)
  await house.send({ ...third, revision: 2, voided: true })
  expect(await granted('ana')).toHaveLength(1)
})

test('passes that run at once, twice, and in any order grant each badge exactly once', async () => {
  const id = await makeBadge()
  await post(...['ana', 'ari', 'bo', 'cai'].flatMap((person) => [call(person), call(person), call(person)]))
  const all = await keys()
  const passes = Array.from({ length: 6 }, (_, n) => {
    const shuffled = all.map((key, at) => ({ key, place: (at * 7919 + n * 31) % 13 })).sort((a, b) => a.place - b.place)
    const own = shuffled.map(({ key }) => key)
    return [own.slice(0, 7), own.slice(5)]
  })
  await Promise.all(passes.flat().map((own) => scorePass(house.web.stores, house.org, own)))
  await house.settle()
  expect(await grants(id)).toHaveLength(4)
  await until(async () => celebrations(id).length >= 4)
  await house.rederive()
  expect((await grants(id)).every(({ told, revokedAt }) => told && revokedAt === null)).toBe(true)
  const mark = await makeBadge({ threshold: 1, past: 'grant' })
  await until(async () => celebrations(mark).length >= 4)
  expect(celebrations(id)).toHaveLength(4)
})

test('a pass that dies anywhere is followed by one that grants, tells and celebrates once', async () => {
  const id = await makeBadge()
  await post(call('ana'), call('ana'), call('ana'))
  const all = await keys()
  const points: PassPoint[] = [
    'appended',
    'tallied',
    'standings-written',
    'fed',
    'celebrated',
    'contested',
    'recognized',
  ]
  for (const point of points) {
    const dies = scorePass(house.web.stores, house.org, all, async (at) => {
      if (at === point) throw new Error('killed')
    })
    await expect(dies).rejects.toThrow('killed')
  }
  await house.settle()
  expect(await grants(id)).toMatchObject([{ personId: 'ana', told: true, revokedAt: null }])
  await until(async () => celebrations(id).length > 0)
  expect(celebrations(id)).toHaveLength(1)
})

test('a correction that comes in the middle of granting leaves no badge behind', async () => {
  const id = await makeBadge()
  const third = call('ana')
  await house.send(call('ana'), call('ana'))
  await post(third)
  const slow = scorePass(house.web.stores, house.org, await keys(), async (at) => {
    if (at === 'contested') await house.send({ ...third, revision: 2, voided: true })
  })
  await slow
  await house.settle()
  expect((await grants(id)).filter(({ revokedAt }) => revokedAt === null)).toEqual([])
})
test('a correction that comes while a badge is given back leaves no badge behind', async () => {
  const id = await makeBadge()
  const third = call('ana')
  const fourth = call('ana')
  await house.send(call('ana'), call('ana'), third)
  await house.send({ ...third, revision: 2, voided: true })
  const { collection } = house.web.stores.mongo.badgeGrants
  const write = collection.bulkWrite.bind(collection)
  const spy = vi.spyOn(collection, 'bulkWrite').mockImplementationOnce(async (...args) => {
    await house.send({ ...fourth, revision: 2, voided: true })
    return await write(...args)
  })
  await house.send(fourth)
  spy.mockRestore()
  expect((await grants(id)).filter(({ revokedAt }) => revokedAt === null)).toEqual([])
  expect((await house.differences()).filter(({ what }) => what === 'badge')).toEqual([])
})

test('what was earned before a badge is counted, and granted aloud, quietly or not at all', async () => {
  await house.send(...['ana', 'bo'].flatMap((person) => [call(person), call(person), call(person)]), call('cai'))
  const { past: _past, ...rule } = threeCalls
  const preview = await house.as('mia').post('/badges/preview', { badge: rule })
  expect(preview.body).toEqual({ badges: 2, people: 2, cut: false })
  const none = await makeBadge({ past: 'none' })
  const quiet = await makeBadge({ past: 'quiet' })
  const aloud = await makeBadge({ past: 'grant' })
  await house.send(call('ana'), call('cai'), call('cai'))
  const held = await granted('ana')
  expect(held.map(({ badgeId }: { badgeId: string }) => badgeId).sort()).toEqual([quiet, aloud].sort())
  expect(await granted('cai')).toHaveLength(3)
  await until(async () => celebrations(aloud).length >= 3)
  expect(celebrations(quiet).map(({ item }) => item.type === 'badge' && item.personId)).toEqual(['cai'])
  expect(celebrations(none).map(({ item }) => item.type === 'badge' && item.personId)).toEqual(['cai'])
  const stated = await house.as('mia').post('/badges', { ...threeCalls, past: null })
  expect(stated.body.code).toBe('badge.past')
})
