import { copyFileSync, existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openQueues } from '#server/data/queues.ts'
import { createLink } from '#server/data/sessions.ts'
import { newId, newToken } from '#server/data/tokens.ts'
import { loadDemo } from '#server/demo/loadDemo.ts'
import { ensureClient } from '../../bin/lib/client.mjs'
import { openScreen, startBrowser, takePicture } from '../client/support/screens.ts'
import { floorSettings } from '../support/floor.ts'
import { type House, openHouse } from '../support/house.ts'
import { type Running, startProcess } from '../support/processes.ts'

const readmePicture = resolve(import.meta.dirname, '../../docs/wall.png')

let house: House
let browser: Browser
let workers: Running
beforeAll(async () => {
  await ensureClient()
  ;[house, browser] = await Promise.all([openHouse(), startBrowser()])
  const { MONGODB_URL, REDIS_URL } = house.config
  workers = await startProcess('workers/main.ts', { MONGODB_URL, REDIS_URL })
})
afterAll(async () => {
  await browser?.close()
  await workers?.stop()
  await house?.close()
})

test('the demo floor is alive on a wall that signs in with its one-time link: the picture of the README', async () => {
  const { stores } = house.web
  const org = newId()
  const queues = openQueues(stores.redis)
  const settings = { ...floorSettings, name: 'Brightwater' }
  const key = `pb_${newToken()}`
  await loadDemo(stores, queues, { org, key, settings, nowMs: Date.now(), onProgress: () => undefined })
  const wall = await stores.mongo.users.findOne({ org, role: 'viewer' }).lean()
  const board = await stores.mongo.boards.findOne({ org, 'cycle.every': 'month', 'audience.of': 'people' }).lean()
  const token = await createLink(stores.mongo, { org, userId: wall?._id ?? '', ttlMs: 60_000 })
  const pending = () => stores.mongo.activities.collection.countDocuments({ org, pendingSince: { $exists: true } })
  for (let waitedMs = 0; (await pending()) > 0 && waitedMs < 90_000; waitedMs += 100)
    await new Promise((done) => setTimeout(done, 100))
  expect(await pending()).toBe(0)

  const screen = await openScreen(browser, `${house.url}/link?next=/wall/board/${board?._id}#${token}`)
  await screen.page.waitForSelector('.row:nth-child(10) .value:not(:empty)', { timeout: 20_000 })
  const leader = await screen.page.locator('.row .value').first().textContent()
  const sent = await fetch(`${house.url}/api/v1/activities`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({
      externalId: 'big',
      kind: 'deal.won',
      person: { externalId: 'rep-3' },
      occurredAt: new Date().toISOString(),
      value: { amountMinor: 4_000_000, currency: 'EUR' },
      attributes: { account: 'Evergreen' },
    }),
  })
  expect(sent.status).toBe(202)
  await screen.page.waitForSelector('text=Evergreen', { timeout: 30_000 })
  await takePicture(screen.page, 'demo-celebration')
  await screen.page.waitForSelector('text=Evergreen', { state: 'detached', timeout: 20_000 })
  const after = await screen.page.locator('.row .value').first().textContent()
  expect(after).not.toBe(leader)
  expect(await screen.page.locator('.row').first().textContent()).toContain('Ines Carvalho')
  expect(await screen.page.locator('footer').textContent()).toContain('Demo CRM')
  await takePicture(screen.page, 'demo-wall')
  expect(screen.complaints).toEqual([])
  await screen.close()
  await queues.close()
  if (process.env.UPDATE_PICTURES) copyFileSync(join(import.meta.dirname, '../.artifacts/demo-wall.png'), readmePicture)
  expect(existsSync(readmePicture)).toBe(true)
})
