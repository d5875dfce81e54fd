import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { FeedItem } from '#shared/contract/feed.ts'
import { until } from '#test/support/caller.ts'
import { type House, openHouse } from '#test/support/house.ts'
import { openScreen, type Screen } from '#test/support/screen.ts'
import { call, deal } from '#test/support/sent.ts'
import { scorePass } from '../../workers/scorePass.ts'

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
beforeEach(() => house.web.stores.mongo.feed.deleteMany({}))

const feed = async (query = ''): Promise<FeedItem[]> => (await house.as('wall').get(`/feed${query}`)).body.items
const ago = (ms: number) => new Date(Date.now() - ms).toISOString()
const keyOf = async (externalId: string) =>
  (await house.web.stores.mongo.activities.findOne({ externalId }).lean())?.key ?? ''
const celebrated = () => screen.heard('celebration').map(({ item }) => item.id)

test('a won deal is in the feed with its person, points and account, and screens are told at once', async () => {
  await house.send(deal('ana', { attributes: { account: 'Acme' } }))
  const [item] = await feed()
  expect(item).toMatchObject({
    type: 'activity',
    name: 'Ana',
    teamName: 'Red',
    color: 4,
    kind: 'deal.won',
    points: 10,
    valueMinor: 100_000,
    account: 'Acme',
  })
  await until(async () => screen.heard('feed:item').some(({ id }) => id === item?.id))
})

test('a won deal is celebrated once, with the rank that it brought, whatever becomes of it', async () => {
  await house.send(call('bo'), call('bo'), call('cai'))
  const won = deal('cai')
  await house.send(won)
  const id = `a-${await keyOf(won.externalId)}`
  const told = await until(async () => screen.heard('celebration').find(({ item }) => item.id === id))
  expect(told).toMatchObject({ priority: 5, rankAfter: expect.any(Number) })
  expect(told.rankBefore ?? 99).toBeGreaterThan(told.rankAfter ?? 99)
  await house.send({ ...won, revision: 2, value: { amountMinor: 7, currency: 'EUR' } })
  await house.send({ ...won, revision: 3, voided: true })
  await house.send({ ...won, revision: 4 })
  await scorePass(house.web.stores, house.org, [await keyOf(won.externalId)])
  const mark = deal('bo')
  await house.send(mark)
  const markId = `a-${await keyOf(mark.externalId)}`
  await until(async () => celebrated().includes(markId))
  expect(celebrated().filter((one) => one === id)).toHaveLength(1)
})

test('a pass that dies before the feed is made whole by the next one, and the deal is still celebrated once', async () => {
  const won = deal('ari')
  const key = house.key
  await house.as('boss').get('/session')
  await fetch(`${house.url}/api/v1/activities`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify([won]),
  })
  const activity = await keyOf(won.externalId)
  for (const point of ['appended', 'tallied', 'standings-written', 'fed', 'celebrated', 'contested'] as const) {
    const dies = scorePass(house.web.stores, house.org, [activity], async (at) => {
      if (at === point) throw new Error('killed')
    })
    await expect(dies).rejects.toThrow('killed')
  }
  await house.settle()
  expect((await feed()).map(({ id }) => id)).toEqual([`a-${activity}`])
  await until(async () => celebrated().includes(`a-${activity}`))
  expect(celebrated().filter((id) => id === `a-${activity}`)).toHaveLength(1)
})

test('a corrected deal changes its place in the feed, a voided one leaves it and the screens, an older revision never brings it back', async () => {
  const won = deal('ana')
  await house.send(won)
  const id = `a-${await keyOf(won.externalId)}`
  const heard = () => screen.heard('feed:corrected').filter((one) => one.id === id)
  await house.send({ ...won, revision: 2, value: { amountMinor: 5, currency: 'EUR' } })
  expect(await feed()).toMatchObject([{ valueMinor: 5 }])
  await until(async () => heard().some(({ item }) => item?.type === 'activity' && item.valueMinor === 5))
  await house.send({ ...won, revision: 3, voided: true })
  expect(await feed()).toEqual([])
  await until(async () => heard().at(-1)?.item === null)
  await scorePass(house.web.stores, house.org, [await keyOf(won.externalId)])
  expect(await feed()).toEqual([])
})

test('what happened long ago is no news: yesterday’s is in the feed and told to nobody, last month’s is nowhere', async () => {
  const yesterday = deal('ana', { occurredAt: ago(30 * 3_600_000) })
  await house.send(yesterday, deal('bo', { occurredAt: ago(30 * 86_400_000) }))
  const id = `a-${await keyOf(yesterday.externalId)}`
  expect((await feed()).map((item) => item.id)).toEqual([id])
  const mark = deal('ana')
  await house.send(mark)
  const markId = `a-${await keyOf(mark.externalId)}`
  await until(async () => screen.heard('feed:item').some((item) => item.id === markId))
  expect(screen.heard('feed:item').some((item) => item.id === id)).toBe(false)
  expect(celebrated()).not.toContain(id)
})

test('the feed is read in pages that neither repeat nor leave out what happened at the same moment', async () => {
  const occurredAt = ago(1000)
  await house.send(...Array.from({ length: 7 }, () => deal('ana', { occurredAt })))
  const seen: string[] = []
  let next: string | null = ''
  while (next !== null) {
    const page: { items: FeedItem[]; next: string | null } = (
      await house.as('wall').get(`/feed?limit=3${next ? `&before=${next}` : ''}`)
    ).body
    seen.push(...page.items.map((item) => item.id))
    next = page.next
  }
  expect(seen).toHaveLength(7)
  expect(new Set(seen).size).toBe(7)
  expect((await house.other.as('wall').get('/feed')).body.items).toEqual([])
  expect((await house.as('wall').get('/feed?before=nonsense')).status).toBe(422)
})
