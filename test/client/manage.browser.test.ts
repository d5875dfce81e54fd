import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Role } from '#shared/contract/session.ts'
import type { Locale } from '#shared/text.ts'
import { addUser } from '../support/tenant.ts'
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

async function openAs(role: Role, path: string, locale: Locale = 'en'): Promise<Page> {
  const context = await browser.newContext({ viewport: sizes.laptop, locale, reducedMotion: 'reduce' })
  await demo.signIn(context, role)
  await context.addInitScript((chosen) => localStorage.setItem('pitboard.locale', chosen), locale)
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  await page.goto(new URL(path, demo.house.url).href)
  return page
}

test('a manager launches a sprint that is right as proposed with one press', async () => {
  const page = await openAs('manager', '/contests/new')
  await page.getByText('the side with the most Points wins').waitFor()
  await page.getByRole('button', { name: 'Start the contest' }).click()
  await page.getByText('Live', { exact: true }).last().waitFor()
  await expect.poll(async () => (await demo.as('manager').get('/contests')).body.items.length).toBe(1)
  const { body } = await demo.as('manager').get('/contests')
  expect(body.items[0]).toMatchObject({ phase: 'live', name: { en: 'Sprint: Points' } })
  await page.context().close()
})

test('a sprint that is not whole yet says what it needs instead of doing nothing', async () => {
  const page = await openAs('manager', '/contests/new')
  await page.getByLabel('Side 2').selectOption({ label: 'A side of my own choosing' })
  await page.getByText('Side 2 still needs a name.').waitFor()
  await page.getByRole('button', { name: 'Start the contest' }).click()
  await page.getByRole('region', { name: 'Notifications' }).getByText('Side 2 still needs a name.').waitFor()
  await page.getByLabel('Name of the side').fill('The locals')
  await page.getByText('Side 2 still needs people.').waitFor()
  await page.context().close()
})

test('what is wrong with a long form is shown where it is, in words for people', async () => {
  const page = await openAs('manager', '/points-rules/new')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Check what is marked.').waitFor()
  const name = page.getByLabel('Name in English')
  await expect.poll(() => name.evaluate((field) => field === document.activeElement)).toBe(true)
  expect(await page.getByRole('main').textContent()).not.toMatch(/expected|Too small|Invalid/)
  await page.context().close()
})

test.each([
  ['en', 'New badge', 'Name in English', 'Close', 'Discard your changes?', 'Keep editing', 'Discard'],
  ['zh-CN', '新建徽章', '名称', '关闭', '要放弃修改吗？', '继续编辑', '放弃修改'],
] as const)(
  'what was written in a dialog is not thrown away without a question (%s)',
  async (locale, add, field, close, question, keep, discard) => {
    const page = await openAs('manager', '/recognition', locale)
    const dialogs = page.getByRole('dialog')
    for (const leave of [() => page.mouse.click(5, 5), () => page.keyboard.press('Escape')]) {
      await page.getByRole('button', { name: add }).click()
      await dialogs.waitFor()
      await leave()
      await dialogs.waitFor({ state: 'detached' })
    }
    await page.getByRole('button', { name: add }).click()
    const name = page.getByLabel(field).first()
    await name.fill('五个电话')
    await page.mouse.click(5, 5)
    for (const leave of [
      () => page.keyboard.press('Escape'),
      () => page.getByRole('button', { name: close }).click(),
    ]) {
      await leave()
      await page.getByRole('heading', { name: question }).waitFor()
      await page.getByRole('button', { name: keep }).click()
      await page.getByRole('heading', { name: question }).waitFor({ state: 'detached' })
      expect(await name.inputValue()).toBe('五个电话')
    }
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: discard }).click()
    await expect.poll(() => dialogs.count()).toBe(0)
    await page.context().close()
  },
)

test('own entries are called so in the language of the reader', async () => {
  const page = await openAs('admin', '/sources', 'zh-CN')
  await page.getByRole('heading', { name: '自主填报' }).waitFor()
  expect(await page.getByText('Own entries').count()).toBe(0)
  await page.context().close()
})

test('own entries are not offered a key, which they could not have', async () => {
  const page = await openAs('admin', '/sources')
  await page.getByText('What people log themselves.').waitFor()
  const keys = page.getByRole('button', { name: 'New key' })
  expect(await keys.count()).toBe((await demo.as('admin').get('/sources')).body.items.length - 1)
  await page.context().close()
})

test('a manager of one team is offered only its people for a contest', async () => {
  const { web, url } = demo.house
  const lead = { _id: 'demo-lead', org: 'demo', name: 'Lea Lang', role: 'manager', teamId: 'demo-falcons' } as const
  const token = await addUser(web.stores.mongo, lead)
  const page = await openAs('manager', '/contests/new')
  await page.context().addCookies([{ name: 'pitboard_session', value: token, url, httpOnly: true }])
  await page.reload()
  await page.getByLabel('Side 1').selectOption({ label: 'A side of my own choosing' })
  await page.getByLabel('Add a person').first().click()
  const people = page.getByRole('listbox').getByRole('option')
  await people.first().waitFor()
  const offered = await people.locator('.text-xs').allTextContents()
  expect(offered.length).toBeGreaterThan(3)
  expect([...new Set(offered)]).toEqual(['Falcons'])
  await page.context().close()
})

test('an unknown name is given its person, and what waited counts', async () => {
  const page = await openAs('manager', '/unmatched')
  await page.getByText('GTXPro').waitFor()
  await page.getByLabel('Who is it?').fill('adeyemi')
  await page.getByRole('option', { name: /Ben Adeyemi/ }).click()
  await page.getByText('5 activities now count for Ben Adeyemi').waitFor()
  await page.getByText('Every activity belongs to someone').waitFor()
  await page.context().close()
})

test('a points rule is tried out before it is saved', async () => {
  const page = await openAs('manager', '/points-rules/new')
  await page.getByLabel('Name in English').fill('Call bonus')
  await page.getByText('Visit made', { exact: true }).click()
  await page.getByText('Call made', { exact: true }).click()
  await page.getByLabel('Points', { exact: true }).fill('7')
  await page.getByRole('button', { name: 'Try it out' }).click()
  await page.getByText('Activities it is about').waitFor()
  await page.getByRole('cell', { name: '+7', exact: false }).first().waitFor()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('link', { name: 'Call bonus' }).waitFor()
  const { body } = await demo.as('manager').get('/points-rules')
  expect(body.items.find((rule: { name: { en: string } }) => rule.name.en === 'Call bonus')).toMatchObject({
    selection: { kinds: ['call.made'] },
    award: { type: 'fixed', points: 7 },
  })
  await page.context().close()
})

test('a formula says what is wrong with it while it is written', async () => {
  const page = await openAs('manager', '/measures/new')
  await page.getByText('A formula over metrics').click()
  const formula = page.getByRole('textbox', { name: 'Formula', exact: true })
  await formula.fill('deals_won * 100 / proposal')
  await page.getByText('There is no variable proposal').waitFor()
  await formula.fill('deals_won * 100 / deals_lost')
  await page.getByText('This formula works.').waitFor()
  await page.context().close()
})

test('a key is shown once, and only how it begins afterwards', async () => {
  const page = await openAs('admin', '/sources')
  await page.getByRole('button', { name: 'New key' }).first().click()
  const key = await page.getByRole('textbox', { name: 'Key', exact: true }).inputValue()
  expect(key).toMatch(/^pb_.{20,}/)
  await page.getByRole('button', { name: 'I have kept it' }).click()
  await page
    .getByText(`${key.slice(0, 6)}`)
    .first()
    .waitFor()
  expect(await page.content()).not.toContain(key)
  await page.context().close()
})

test('a new board stands in the list and is live', async () => {
  const page = await openAs('manager', '/boards/new')
  await page.getByLabel('Name in English').fill('Calls of the week')
  await page.getByLabel('Metric', { exact: true }).selectOption({ label: 'Calls' })
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('heading', { name: 'Calls of the week' }).waitFor()
  await page.context().close()
})

test('a person who changed team keeps what was earned in the old one', async () => {
  const page = await openAs('manager', '/people/demo-person-1?tab=details')
  await page.getByRole('button', { name: 'Add a team' }).click()
  await page.getByLabel('Team', { exact: true }).nth(1).selectOption('demo-summit')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved').waitFor()
  const { body } = await demo.as('manager').get('/people')
  const { memberships } = body.items.find((one: { id: string }) => one.id === 'demo-person-1')
  expect(memberships).toHaveLength(2)
  expect(memberships[0].toMs).toBe(memberships[1].fromMs)
  await page.context().close()
})

test('a badge and a streak are made, changed and taken out of use', async () => {
  const page = await openAs('manager', '/recognition')
  for (const [button, path, goal] of [
    ['New badge', '/badges', 'Value to reach'],
    ['New streak', '/streaks', 'Target of a day'],
  ] as const) {
    const named = async (name: string) => {
      const { body } = await demo.as('manager').get(path)
      return body.items.filter((one: { name: { en: string } }) => one.name.en === name).length
    }
    await page.getByRole('button', { name: button }).first().click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name in English').fill('Early bird')
    await dialog.getByLabel(goal).fill('3')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await expect.poll(() => named('Early bird')).toBe(1)
    await page.getByText('Early bird').click()
    await dialog.getByLabel('Name in English').fill('Night owl')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await expect.poll(() => named('Night owl')).toBe(1)
    await page.getByText('Night owl').click()
    await dialog.getByRole('button', { name: 'Delete' }).click()
    await page
      .getByRole('alertdialog')
      .or(page.getByRole('dialog'))
      .last()
      .getByRole('button', { name: 'Delete' })
      .click()
    await page.getByText('Night owl').waitFor({ state: 'detached' })
    expect(await named('Night owl')).toBe(0)
  }
  await page.context().close()
})

test('a team and a source are made, renamed and deleted', async () => {
  const page = await openAs('admin', '/people?tab=teams')
  const dialog = page.getByRole('dialog')
  const confirm = (label: string) =>
    page.getByRole('alertdialog').or(dialog).last().getByRole('button', { name: label }).click()
  const save = async (name: string) => {
    await dialog.getByRole('textbox', { name: 'Name' }).fill(name)
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.waitFor({ state: 'detached' })
    await page.getByText(name).first().waitFor()
  }
  await page.getByRole('button', { name: 'New team' }).click()
  await save('Otters')
  await page.getByRole('button', { name: 'Edit Otters' }).click()
  await save('Herons')
  await page.getByRole('button', { name: 'Edit Herons' }).click()
  await dialog.getByRole('button', { name: 'Delete' }).click()
  await confirm('Delete')
  await page.getByRole('button', { name: 'Edit Herons' }).waitFor({ state: 'detached' })
  await page.goto(new URL('/sources', page.url()).href)
  await page.getByRole('button', { name: 'New source' }).first().click()
  await save('Dialler')
  const edit = (name: string) =>
    page
      .locator('section', { has: page.getByRole('heading', { name }) })
      .last()
      .getByRole('button', { name: 'Edit' })
      .click()
  await edit('Dialler')
  await save('Switchboard')
  await edit('Switchboard')
  await dialog.getByRole('button', { name: 'Delete' }).click()
  await confirm('Delete')
  await page.getByText('Switchboard').waitFor({ state: 'detached' })
  await page.context().close()
})
