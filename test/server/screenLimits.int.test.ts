import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { until } from '../support/caller.ts'
import { type House, openHouse } from '../support/house.ts'
import { openScreen } from '../support/screen.ts'

const most = 20
vi.mock('#server/realtime/screenLimits.ts', async (original) => ({ ...(await original<object>()), mostPerUser: 20 }))

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

test('somebody may open many screens, but not without end: one more is told why, and others are not kept out', async () => {
  const open = () => openScreen(house.url, house.cookie('ana'))
  const opened = await Promise.allSettled(Array.from({ length: most + 10 }, open))
  const screens = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  const refused = opened.flatMap((one) => (one.status === 'rejected' ? [(one.reason as Error).message] : []))
  expect(screens).toHaveLength(most)
  expect(refused).toEqual(Array(10).fill('realtime.too_many_screens'))
  const wall = await openScreen(house.url, house.cookie('wall'))
  screens[0]?.close()
  const next = await until(() => open().catch(() => null))
  for (const screen of [...screens, wall, next]) screen.close()
})
