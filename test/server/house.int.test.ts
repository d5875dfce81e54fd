import { afterAll, beforeAll, expect, test } from 'vitest'
import { protocolVersion } from '#shared/contract/realtime.ts'
import { until } from '../support/caller.ts'
import { type House, openHouse } from '../support/house.ts'
import { openScreen } from '../support/screen.ts'
import { call, deal } from '../support/sent.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

test('what a source sends is on the board a moment later', async () => {
  expect(await house.send(call('ana'), call('ana'), deal('bo'))).toEqual({ accepted: 3, duplicate: 0, rejected: [] })
  const view = async () => (await house.as('wall').get('/boards/points-today/view')).body
  const body = await view()
  expect(body.rows.map((row: { name: string; value: number }) => [row.name, row.value])).toEqual([
    ['Bo', 10],
    ['Ana', 2],
  ])
  const sources = await until(async () => {
    const found = (await view()).sources
    return found.length > 0 && found
  })
  expect(sources).toMatchObject([{ name: 'CRM', lastAtMs: expect.any(Number) }])
})

test('a board of another organization looks as if it were not there', async () => {
  const theirs = await house.other.as('boss').get('/boards/points-today/view')
  const nobodys = await house.other.as('boss').get('/boards/nothing/view')
  expect(theirs.status).toBe(404)
  expect(theirs.body).toEqual(nobodys.body)
})

test('a screen of another version is told to load itself again, and a stranger is not let in', async () => {
  const cookie = house.cookie('wall')
  for (const version of [protocolVersion - 1, protocolVersion + 1])
    await expect(openScreen(house.url, cookie, version as typeof protocolVersion)).rejects.toThrow('realtime.reload')
  await expect(openScreen(house.url, 'pitboard_session=none')).rejects.toThrow('session.missing')
  const screen = await openScreen(house.url, cookie)
  screen.close()
})
