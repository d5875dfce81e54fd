import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '../support/caller.ts'
import { type House, openHouse } from '../support/house.ts'
import { openScreen } from '../support/screen.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

test('whoever loses their rights loses their screens within a second, on every server', async () => {
  const second = await house.openSecond()
  const screens = await Promise.all([
    openScreen(house.url, house.cookie('mia')),
    openScreen(`http://127.0.0.1:${second.port}`, house.cookie('mia')),
  ])
  const other = await openScreen(house.url, house.cookie('wall'))
  const lowered = { name: 'mia', email: null, role: 'viewer', personId: null, teamId: null, active: true }
  expect((await house.as('boss').put(`/users/${house.userId('mia')}`, lowered)).status).toBe(200)
  for (const { socket } of screens) await until(async () => !socket.connected, 1000)
  expect(other.socket.connected).toBe(true)
  await expect(openScreen(house.url, house.cookie('mia'))).rejects.toThrow('session.missing')
  other.close()
})
