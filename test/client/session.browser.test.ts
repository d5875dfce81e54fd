import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openScreen, startBrowser, takePicture } from './support/screens.ts'
import { type StandIn, startStandIn } from './support/standIn.ts'
import { boardView } from './support/world.ts'

let browser: Browser
let server: StandIn

beforeAll(async () => {
  ;[browser, server] = await Promise.all([startBrowser(), startStandIn()])
  server.world.boards.set('won', boardView())
})
afterAll(async () => {
  await browser.close()
  await server.close()
})
beforeEach(() => {
  server.world.session = null
})

test('a one-time link signs in and goes to the page it names', async () => {
  const { page, close } = await openScreen(browser, `${server.url}/link?next=/wall/board/won#token-of-the-link`)
  await page.waitForSelector('.row')
  expect(new URL(page.url()).pathname).toBe('/wall/board/won')
  await close()
})

test('a link to another site is not followed', async () => {
  const { page, close } = await openScreen(browser, `${server.url}/link?next=//evil.example/#token-of-the-link`)
  await page.waitForSelector('#content h1')
  expect(new URL(page.url()).host).toBe(new URL(server.url).host)
  await close()
})

test('whoever is not signed in signs in with e-mail and password, and comes back to the page', async () => {
  for (const [size, locale] of [
    ['laptop', 'en'],
    ['phone', 'zh-CN'],
  ] as const) {
    server.world.session = null
    const { page, close } = await openScreen(browser, `${server.url}/screens`, { size, locale })
    await page.waitForSelector('input[type=email]')
    await takePicture(page, `sign-in-${size}`)
    await page.fill('input[type=email]', 'mira@example.com')
    await page.fill('input[type=password]', 'a password of some length')
    await page.keyboard.press('Enter')
    await page.waitForSelector('#content h2')
    await takePicture(page, `screens-${size}`)
    expect(new URL(page.url()).pathname).toBe('/screens')
    await close()
  }
})

test('the one-time link of a new Pitboard sets up the organization by keyboard alone', async () => {
  const { page, complaints, close } = await openScreen(browser, `${server.url}/setup#${'t'.repeat(32)}`, {
    size: 'laptop',
  })
  await page.waitForSelector('form')
  await takePicture(page, 'setup-laptop')
  await page.getByLabel('Name of the organization').fill('Northwind')
  await page.getByLabel('Your name').fill('Mira Okafor')
  await page.getByLabel('E-mail').fill('mira@example.com')
  await page.getByLabel('Password').fill('a password of some length')
  await page.getByLabel('Currency').focus()
  await page.keyboard.press('Enter')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Create the organization' }).press('Enter')
  await page.waitForSelector('#content h1')
  expect(server.requests).toContain('POST /api/v1/setup')
  expect(complaints).toEqual([])
  await close()
})

test('a password that is too short is marked where it stands, in the language of the reader', async () => {
  const { page, close } = await openScreen(browser, `${server.url}/setup#${'t'.repeat(32)}`, {
    size: 'laptop',
    locale: 'zh-CN',
  })
  const issues = [{ path: 'body.admin.password', message: 'Too small: expected string to have >=12 characters' }]
  const problem = { type: 'about:blank', title: 'No', status: 422, code: 'input.invalid', detail: 'No', issues }
  await page.route('**/api/v1/setup', (route) => route.fulfill({ status: 422, json: problem }))
  await page.getByLabel('组织名称').fill('北风')
  await page.getByLabel('姓名').fill('米拉')
  await page.getByLabel('邮箱').fill('mira@example.com')
  await page.getByLabel('密码').fill('short')
  await page.keyboard.press('Enter')
  await page.locator('input[type=password][aria-invalid=true]:focus').waitFor()
  await page.getByText('这一项还不对。').waitFor()
  await page.getByText('至少 12 个字符。').waitFor()
  await takePicture(page, 'setup-wrong-laptop')
  await close()
})
