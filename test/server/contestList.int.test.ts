import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeContest, minuteMs, pastContest, sprintInput } from '#test/support/contest.ts'
import { type House, openHouse } from '#test/support/house.ts'
import { contestRound } from '../../workers/contestClock.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

test('a contest that goes on for long stays in the list beside a hundred short ones, and older ones come page by page', async () => {
  const { contests } = house.web.stores.mongo
  const nowMs = Date.now()
  const long = await makeContest(house, sprintInput(nowMs, { startsAtMs: nowMs - 2 * minuteMs }))
  const template = await pastContest(house)
  await contestRound(house.web, { nowMs, told: new Set() })
  const over = await contests.findById(template.id).lean()
  const short = Array.from({ length: 130 }, (_, n) => {
    const startsAtMs = nowMs - minuteMs - n
    return { ...over, _id: `short-${n}`, startsAtMs, endsAtMs: startsAtMs + 100, finalAtMs: nowMs }
  })
  await contests.collection.insertMany(short as never[])
  const viewer = house.as('wall')
  const pages: string[][] = []
  for (let after = ''; pages.length < 10; ) {
    const { status, body } = await viewer.get(`/contests?limit=50${after}`)
    expect(status).toBe(200)
    pages.push(body.items.map(({ id }: { id: string }) => id))
    if (body.next === null) break
    after = `&after=${body.next}`
  }
  expect(pages.flat()).toEqual([long.id, ...short.map(({ _id }) => _id), template.id])
  expect(pages).toHaveLength(3)
  expect((await viewer.get('/contests?after=other')).body).toMatchObject({ status: 409, code: 'list.changed' })
  const day = (await house.as('ana').get('/my/day')).body
  expect(day.contests.map(({ id }: { id: string }) => id)).toEqual([long.id])
})
