import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DemoHouse, openDemoHouse } from './support/demoHouse.ts'
import { sizes, startBrowser } from './support/screens.ts'

let browser: Browser
let demo: DemoHouse
beforeAll(async () => {
  ;[browser, demo] = await Promise.all([startBrowser(), openDemoHouse()])
})
afterAll(async () => {
  await browser?.close()
  await demo?.house.close()
})

test('on a floor with forty boards each of them shows who leads, also the last one', async () => {
  const manager = demo.as('manager')
  const [first] = (await manager.get('/boards')).body.items
  const { id: _id, ...board } = first
  for (let n = 1; n <= 40; n++) {
    const name = { en: `Board ${n}` }
    expect((await manager.post('/boards', { ...board, name, position: 100 + n })).status).toBe(201)
  }
  const context = await browser.newContext({ viewport: sizes.laptop, locale: 'en', reducedMotion: 'reduce' })
  await demo.signIn(context, 'manager')
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  await page.goto(new URL('/boards', demo.house.url).href)
  const card = page.getByRole('main').getByRole('link', { name: 'Board 40' })
  await card.scrollIntoViewIfNeeded()
  const leader = (await manager.get(`/boards/${first.id}/view`)).body.rows[0].name
  await card.getByText(leader, { exact: true }).waitFor()
  await context.close()
})
