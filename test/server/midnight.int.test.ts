import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import type { BoardView } from '#shared/contract/boardView.ts'
import type { WatchReply } from '#shared/contract/realtime.ts'
import { addDays, dayStartMs, localDay } from '#shared/period.ts'
import { until } from '#test/support/caller.ts'
import { floorSettings } from '#test/support/floor.ts'
import { type House, openHouse } from '#test/support/house.ts'
import { openScreen } from '#test/support/screen.ts'
import { call } from '#test/support/sent.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterEach(() => void vi.restoreAllMocks())
afterAll(() => house.close())

test('the board of today on a wall is empty after midnight of the floor, though nobody sends anything', async () => {
  const screen = await openScreen(house.url, house.cookie('wall'))
  const watch = (on = screen): Promise<WatchReply<BoardView>> =>
    on.socket.timeout(5000).emitWithAck('board:watch', { boardId: 'points-today', top: 10 })
  await house.send(call('ana'))
  const today = await watch()
  expect(today).toMatchObject({ ok: true, view: { rows: [{ memberId: 'ana' }] } })
  const { zone } = floorSettings
  const tomorrow = addDays(localDay(Date.now(), zone), 1)
  const stale = screen.heard('board:stale').length
  const now = Date.now.bind(Date)
  const midnightMs = dayStartMs(tomorrow, zone)
  let aheadMs = midnightMs - 60_000 - now()
  vi.spyOn(Date, 'now').mockImplementation(() => now() + aheadMs)
  const ticks = screen.heard('tick').length
  await until(async () => screen.heard('tick').length > ticks + 1, 15_000)
  expect(screen.heard('board:stale').length).toBe(stale)
  aheadMs = midnightMs - now()
  await until(async () => screen.heard('board:stale').length > stale, 15_000)
  screen.close()
  // The library of the screen, which has this clock too, takes its line for cut.
  const again = await openScreen(house.url, house.cookie('wall'))
  expect(await watch(again)).toMatchObject({ ok: true, view: { rows: [], period: { current: true } } })
  again.close()
})
