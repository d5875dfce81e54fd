import { createServer } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ensureClient } from '../../bin/lib/client.mjs'
import { startBrowser } from '../client/support/screens.ts'
import { type House, openHouse } from '../support/house.ts'
import { type Running, startProcess } from '../support/processes.ts'
import { deal } from '../support/sent.ts'

/** A screen that missed something is right again within this, without a reload. */
const rightAgainMs = 5000

let house: House
let browser: Browser
let ports: [number, number]
const running = new Map<string, Running>()

beforeAll(async () => {
  await ensureClient()
  ;[house, browser] = await Promise.all([openHouse(), startBrowser()])
  ports = [await freePort(), await freePort()]
  await Promise.all([start('workers'), startServer(0), startServer(1)])
})
afterAll(async () => {
  await browser?.close()
  await Promise.all([...running.values()].map((one) => one.kill()))
  await house?.close()
})

async function start(
  name: string,
  file: 'server/main.ts' | 'workers/main.ts' = 'workers/main.ts',
  port = 0,
): Promise<void> {
  const { MONGODB_URL, REDIS_URL } = house.config
  running.set(name, await startProcess(file, { MONGODB_URL, REDIS_URL, PORT: `${port}` }))
}
const startServer = (which: 0 | 1) => start(`server ${which}`, 'server/main.ts', ports[which])

async function openWall(which: 0 | 1): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 } })
  const [name = '', value = ''] = house.cookie('wall').split('=')
  await context.addCookies([{ name, value, domain: '127.0.0.1', path: '/', httpOnly: true }])
  const page = await context.newPage()
  await page.goto(`http://127.0.0.1:${ports[which]}/wall/board/won-this-month`)
  return page
}

/** Sends a won deal of ana's to a server, as her CRM would. */
async function win(which: 0 | 1, amountCents: number): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${ports[which]}/api/v1/activities`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${house.key}` },
    body: JSON.stringify(deal('ana', { amountCents })),
  })
  expect(answer.status).toBe(202)
}

const ana = (page: Page) => page.locator('.row', { hasText: 'Ana' }).locator('.value')
const shows = (page: Page, text: string, timeout = rightAgainMs) =>
  ana(page).filter({ hasText: text }).waitFor({ timeout })
const loadedAt = (page: Page) => page.evaluate(() => performance.timeOrigin)

test('a deal posted to one server is on the screens of both, and stays right through cuts and a killed server', async () => {
  await win(0, 100_000)
  const walls = await Promise.all([openWall(0), openWall(1)])
  await Promise.all(walls.map((page) => shows(page, '€1,000', 15_000)))
  const born = await Promise.all(walls.map(loadedAt))

  await win(0, 50_000)
  await Promise.all(walls.map((page) => shows(page, '€1,500')))
  await win(1, 25_000)
  await Promise.all(walls.map((page) => shows(page, '€1,750')))

  // One screen is cut off while a deal comes in, and connects again.
  await walls[1]?.context().setOffline(true)
  await win(0, 25_000)
  await shows(walls[0] as Page, '€2,000')
  expect(await ana(walls[1] as Page).textContent()).toContain('€1,750')
  await walls[1]?.context().setOffline(false)
  await shows(walls[1] as Page, '€2,000')

  // The server of the other screen is killed, a deal comes in through its twin, and it starts again.
  await running.get('server 0')?.kill()
  await win(1, 100_000)
  await shows(walls[1] as Page, '€3,000')
  await startServer(0)
  await shows(walls[0] as Page, '€3,000')

  expect(await Promise.all(walls.map(loadedAt))).toEqual(born)
  expect(await house.differences()).toEqual([])
})

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
