import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openScreen, startBrowser } from './support/screens.ts'
import { type StandIn, startStandIn } from './support/standIn.ts'
import { dealWon } from './support/world.ts'

let browser: Browser
let server: StandIn

beforeAll(async () => {
  ;[browser, server] = await Promise.all([startBrowser(), startStandIn()])
})
afterAll(async () => {
  await browser.close()
  await server.close()
})

test('a deal that is corrected changes in the feed as you look at it, and one that is voided leaves it', async () => {
  const { item } = dealWon('one')
  const other = dealWon('two', 1).item
  server.world.feed = [item, other]
  const { page, complaints, close } = await openScreen(browser, `${server.url}/feed`, { size: 'phone' })
  const feed = page.locator('#content')
  await feed.getByText('$48,250').waitFor()
  const corrected = { ...item, valueMinor: 51_300_00 } as typeof item
  server.world.feed = [corrected, other]
  server.io.emit('feed:corrected', { id: item.id, item: corrected })
  await feed.getByText('$51,300').waitFor()
  expect(await feed.getByText('$48,250').count()).toBe(0)
  server.world.feed = [other]
  server.io.emit('feed:corrected', { id: item.id, item: null })
  await feed.getByText('$51,300').waitFor({ state: 'detached' })
  expect(await feed.getByText('$96,500').count()).toBe(1)
  expect(complaints).toEqual([])
  await close()
})

test('what is told while the feed is read is not overwritten by an older answer', async () => {
  const { item } = dealWon('one')
  const other = dealWon('two', 1).item
  server.world.feed = [item]
  const { page, complaints, close } = await openScreen(browser, `${server.url}/feed`, { size: 'phone' })
  const feed = page.locator('#content')
  await feed.getByText('$48,250').waitFor()
  const { promise: told, resolve: tell } = Promise.withResolvers<void>()
  let asked = 0
  await page.route('**/api/v1/feed*', async (route) => {
    const answer = await route.fetch()
    asked += 1
    await told
    await route.fulfill({ response: answer })
  })
  server.io.disconnectSockets(true)
  await expect.poll(() => asked, { timeout: 15_000 }).toBe(1)
  server.io.emit('feed:corrected', { id: item.id, item: { ...item, valueMinor: 51_300_00 } as typeof item })
  server.io.emit('feed:item', other)
  await feed.getByText('$51,300').waitFor()
  const answered = page.waitForResponse('**/api/v1/feed*')
  tell()
  await (await answered).finished()
  await page.waitForTimeout(200)
  expect(await feed.getByText('$96,500').count()).toBe(1)
  expect(await feed.getByText('$51,300').count()).toBe(1)
  expect(complaints.filter((said) => !said.includes('WebSocket'))).toEqual([])
  await close()
})
