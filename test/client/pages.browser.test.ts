import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Role } from '#shared/contract/session.ts'
import type { Locale } from '#shared/text.ts'
import { seriousFindings } from './support/axe.ts'
import { type DemoHouse, openDemoHouse } from './support/demoHouse.ts'
import { type Size, sizes, someOf, startBrowser, takePicture } from './support/screens.ts'
import { makeSprint } from './support/sprint.ts'

let browser: Browser
let demo: DemoHouse
let contestId: string

beforeAll(async () => {
  ;[browser, demo] = await Promise.all([startBrowser(), openDemoHouse()])
  contestId = await makeSprint(demo)
})
afterAll(async () => {
  await browser?.close()
  await demo?.house.close()
})

const pages: [name: string, role: Role, path: () => string][] = [
  ['day', 'rep', () => '/day'],
  ['floor', 'manager', () => '/floor'],
  ['boards', 'rep', () => '/boards'],
  ['board', 'rep', () => '/boards/demo-board-points-today'],
  ['board-edit', 'manager', () => '/boards/demo-board-points-today/edit'],
  ['feed', 'rep', () => '/feed'],
  ['contests', 'manager', () => '/contests'],
  ['contest', 'viewer', () => `/contests/${contestId}`],
  ['contest-new', 'manager', () => '/contests/new'],
  ['people', 'manager', () => '/people'],
  ['teams', 'manager', () => '/people?tab=teams'],
  ['person-day', 'rep', () => '/people/demo-person-3'],
  ['person-details', 'manager', () => '/people/demo-person-3?tab=details'],
  ['metrics', 'manager', () => '/measures'],
  ['points-rules', 'manager', () => '/measures?tab=rules'],
  ['metric-new', 'manager', () => '/measures/new'],
  ['points-rule-new', 'manager', () => '/points-rules/new'],
  ['recognition', 'manager', () => '/recognition'],
  ['sources', 'admin', () => '/sources'],
  ['unmatched', 'manager', () => '/unmatched'],
  ['imports', 'manager', () => '/imports'],
  ['users', 'admin', () => '/users'],
  ['settings', 'admin', () => '/settings'],
  ['screens', 'viewer', () => '/screens'],
  ['missing', 'viewer', () => '/nothing-here'],
  ['board-new', 'manager', () => '/boards/new'],
  ['person-new', 'manager', () => '/people/new'],
]

const looks: [size: Size, locale: Locale, theme: 'light' | 'dark'][] = [
  ['laptop', 'en', 'light'],
  ['laptop', 'zh-CN', 'dark'],
  ['phone', 'en', 'light'],
  ['phone', 'zh-CN', 'dark'],
]

async function openContext(role: Role, size: Size, locale: Locale = 'en', theme: 'light' | 'dark' = 'light') {
  const context = await browser.newContext({
    viewport: sizes[size],
    locale,
    colorScheme: theme,
    reducedMotion: 'reduce',
    hasTouch: size === 'phone',
  })
  await demo.signIn(context, role)
  await context.addInitScript((chosen) => localStorage.setItem('pitboard.locale', chosen), locale)
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  return { context, page, complaints }
}

/** Until nothing is on its way any more: a heading stands and no place is held. */
async function settled(page: Page) {
  await page.locator('h1').first().waitFor()
  await page.waitForFunction(() => document.querySelector('.motion-safe\\:animate-pulse') === null)
}

test.each(someOf(looks))(
  'every page is whole on a %s in %s, %s, and everybody can use it',
  { timeout: 400_000 },
  async (size, locale, theme) => {
    const wrong: string[] = []
    for (const role of ['viewer', 'rep', 'manager', 'admin'] as const) {
      const { context, page, complaints } = await openContext(role, size, locale, theme)
      for (const [name, , path] of pages.filter(([, needed]) => needed === role)) {
        await page.goto(new URL(path(), demo.house.url).href)
        await settled(page)
        await takePicture(page, `pages/${name}-${size}-${locale}-${theme}`)
        const width = await page.evaluate(() => document.documentElement.scrollWidth)
        if (width > sizes[size].width) wrong.push(`${name}: ${width} pixels wide`)
        if (await page.getByRole('alert').count()) wrong.push(`${name}: ${await page.getByRole('alert').textContent()}`)
        wrong.push(...(await seriousFindings(page)).map((finding) => `${name}: ${finding}`))
        wrong.push(...complaints.splice(0).map((complaint) => `${name}: ${complaint}`))
      }
      await context.close()
    }
    expect(wrong).toEqual([])
  },
)

test.each(
  someOf([
    ['laptop', 'zh-CN', 'dark'],
    ['phone', 'en', 'light'],
  ] as const),
)(
  'a page that is being read holds its place, and one whose server is away says what to do (%s, %s)',
  { timeout: 400_000 },
  async (size, locale, theme) => {
    const { context, page } = await openContext('manager', size, locale, theme)
    const asked = /\/api\/v1\/(?!session$)/
    await page.routeWebSocket(/socket/, () => {})
    for (const state of ['loading', 'offline'] as const) {
      await page.unroute(asked)
      await page.route(asked, (route) => (state === 'offline' ? route.abort() : undefined))
      for (const [name, path] of [
        ['floor', '/floor'],
        ['boards', '/boards'],
        ['contests', '/contests'],
        ['feed', '/feed'],
        ['people', '/people'],
        ['metrics', '/measures'],
        ['recognition', '/recognition'],
        ['sources', '/sources'],
        ['screens', '/screens'],
      ] as const) {
        await page.goto(new URL(path, demo.house.url).href)
        await page.locator('h1').first().waitFor()
        const said = page.getByRole(state === 'loading' ? 'status' : 'alert').first()
        await said.waitFor({ state: 'attached' })
        if (state === 'offline')
          expect(await page.getByRole('button', { name: /^(Try again|重试)$/ }).count()).toBeGreaterThan(0)
        await takePicture(page, `pages/${name}-${size}-${locale}-${theme}-${state}`)
        expect(await seriousFindings(page)).toEqual([])
      }
    }
    await context.close()
  },
)

test('a rep logs a call with two taps on a phone, and sees it counted', async () => {
  const { context, page } = await openContext('rep', 'phone')
  await page.goto(new URL('/day', demo.house.url).href)
  await settled(page)
  const calls = () =>
    demo
      .as('rep')
      .get('/my/day')
      .then(({ body }) => callsOf(body))
  const before = await calls()
  await page.getByRole('button', { name: 'Call made' }).tap()
  await takePicture(page, 'pages/log-phone-en-light')
  expect(await seriousFindings(page)).toEqual([])
  await page.getByRole('button', { name: 'Log it' }).tap()
  await page.getByText('Call made logged').waitFor()
  await demo.house.settle()
  expect(await calls()).toBe(before + 1)
  await context.close()
})

test('what a rep has written into the sheet is not lost by a press beside it or by going back', async () => {
  const { context, page } = await openContext('rep', 'phone')
  await page.goto(new URL('/day', demo.house.url).href)
  await settled(page)
  await page.getByRole('link', { name: 'Boards' }).last().tap()
  await page.waitForURL('**/boards')
  await page.goBack()
  await page.getByRole('button', { name: 'Call made' }).tap()
  const note = page.getByLabel('Note')
  await note.fill('Asked for a second offer')
  const question = page.getByRole('dialog', { name: 'Discard your changes?' })
  for (const leave of [() => page.keyboard.press('Escape'), () => page.goForward()]) {
    await leave()
    await question.getByRole('button', { name: 'Keep editing' }).tap()
    await question.waitFor({ state: 'detached' })
    expect(await note.inputValue()).toBe('Asked for a second offer')
  }
  await page.getByRole('button', { name: 'Log it' }).tap()
  await page.getByText('Call made logged').waitFor()
  await context.close()
})

test.each([
  ['/points-rules/new', (page: Page) => page.getByLabel('Name in English')],
  ['/contests/new', (page: Page) => page.getByLabel('Name', { exact: false }).last()],
  ['/people/new', (page: Page) => page.getByLabel('Name', { exact: true })],
] as const)(
  'what was written on %s is not lost by a link, by the browser’s buttons or by closing the window',
  async (path, field) => {
    const { context, page } = await openContext('manager', 'laptop')
    await page.goto(new URL(path, demo.house.url).href)
    await field(page).waitFor()
    const question = page.getByRole('dialog', { name: 'Discard your changes?' })
    await page.getByRole('link', { name: 'Boards' }).first().click()
    await page.waitForURL('**/boards')
    await page.goBack()
    await field(page).fill('Nothing is lost')
    for (const leave of [() => page.getByRole('link', { name: 'Boards' }).first().click(), () => page.goForward()]) {
      await leave()
      await question.getByRole('button', { name: 'Keep editing' }).click()
      await question.waitFor({ state: 'detached' })
      expect(new URL(page.url()).pathname).toBe(path)
      expect(await field(page).inputValue()).toBe('Nothing is lost')
    }
    const asked = page.waitForEvent('dialog')
    void page.close({ runBeforeUnload: true })
    const dialog = await asked
    expect(dialog.type()).toBe('beforeunload')
    await dialog.dismiss()
    await page.getByRole('link', { name: 'Boards' }).first().click()
    await question.getByRole('button', { name: 'Discard' }).click()
    await page.waitForURL('**/boards')
    await context.close()
  },
)

test('what is logged without a network waits on the phone and goes out once it is back', async () => {
  const { context, page } = await openContext('rep', 'phone')
  await page.goto(new URL('/day', demo.house.url).href)
  await settled(page)
  await context.setOffline(true)
  await page.getByRole('button', { name: 'Deal won' }).tap()
  await page.getByRole('button', { name: 'Log it' }).tap()
  await page.getByText('A deal needs its amount.').waitFor()
  await page.getByLabel('Amount (USD)').fill('1,250.50')
  await page.getByRole('button', { name: 'Log it' }).tap()
  await page.getByText('1 activity waits to be sent').waitFor()
  await takePicture(page, 'pages/log-offline-phone-en-light')
  await page.reload({ timeout: 5000 }).catch(() => undefined)
  await context.setOffline(false)
  await page.goto(new URL('/day', demo.house.url).href)
  await settled(page)
  await expect.poll(() => page.getByText('1 activity waits to be sent').count(), { timeout: 20_000 }).toBe(0)
  const { body } = await demo.as('rep').get('/my/day')
  await demo.house.settle()
  expect(body).toBeTruthy()
  const { body: after } = await demo.as('rep').get('/my/day')
  expect(after.recent.filter((one: { valueMinor: number }) => one.valueMinor === 125_050)).toHaveLength(1)
  await context.close()
})

function callsOf(day: { metrics: { metricId: string; value: number | null }[] }): number {
  return day.metrics.find((metric) => metric.metricId === 'demo-metric-calls')?.value ?? 0
}
