import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Locale } from '#shared/text.ts'
import { seriousFindings } from './support/axe.ts'
import { type DemoHouse, openDemoHouse } from './support/demoHouse.ts'
import { type Size, sizes, startBrowser, takePicture } from './support/screens.ts'

let browser: Browser
let demo: DemoHouse
beforeAll(async () => {
  ;[browser, demo] = await Promise.all([startBrowser(), openDemoHouse()])
})
afterAll(async () => {
  await browser?.close()
  await demo?.house.close()
})

const deals = [
  'deal_id,agent,deal_stage,close_date,close_value,account,product',
  ...Array.from(
    { length: 40 },
    (_, at) => `D-${at},rep-${(at % 9) + 1},Won,2026-03-${10 + (at % 20)},${at}50.00,Acme,GTX`,
  ),
  'D-90,rep-1,Won,2026-02-31,100.00,Acme,GTX',
  'D-91,rep-1,Won,2026-02-03,=1+2,Acme,GTX',
  'D-92,rep-1,Prospecting,,,Acme,GTX',
].join('\n')
const people = 'sales_agent,manager,regional_office\nrep-100,Mei Lin,East\nrep-101,Mei Lin,East\n'
const csv = (name: string, text: string) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(text) })

const words = {
  en: { read: 'Read the file', dryRun: 'Dry run', start: 'Import', now: 'Import it now', done: 'Done' },
  'zh-CN': { read: '读取文件', dryRun: '试运行', start: '开始导入', now: '正式导入', done: '已完成' },
} as const

async function open(size: Size, locale: Locale) {
  const context = await browser.newContext({ viewport: sizes[size], locale, reducedMotion: 'reduce' })
  await demo.signIn(context, 'manager')
  await context.addInitScript((chosen) => localStorage.setItem('pitboard.locale', chosen), locale)
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  return { context, page, complaints }
}

test.each([
  ['laptop', 'en'],
  ['phone', 'zh-CN'],
  ['phone', 'en'],
  ['laptop', 'zh-CN'],
] as const)(
  'a manager imports a file, sees what could not be taken and downloads it (%s, %s)',
  async (size, locale) => {
    const { context, page, complaints } = await open(size, locale)
    const word = words[locale]
    const picture = (name: string) => takePicture(page, `imports-${name}-${size}-${locale}`)
    const button = (name: string) => page.getByRole('main').getByRole('button', { name, exact: true })
    await page.goto(`${demo.house.url}/imports`)
    await page.getByRole('main').getByRole('combobox').first().selectOption({ label: 'CRM' })
    const inputs = page.locator('input[type=file]')
    await inputs.nth(0).setInputFiles(csv('pipeline.csv', deals))
    await inputs.nth(1).setInputFiles(csv('people.csv', people))
    await button(word.read).click()
    await button(word.start).waitFor()
    await page.evaluate(() => document.documentElement.scrollTo(0, 0))
    await picture('preview')
    expect(await seriousFindings(page)).toEqual([])
    await page.getByRole('main').getByText('D-0', { exact: true }).waitFor()
    await button(word.dryRun).scrollIntoViewIfNeeded()
    await picture('mapping')
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
    // What was tried is imported without choosing the files and columns again.
    await button(word.dryRun).click()
    await button(word.now).waitFor()
    await picture('dry-run')
    await button(word.now).click()
    await button(word.now).waitFor({ state: 'detached' })
    await page.getByText(word.done, { exact: true }).first().waitFor()
    await page.getByText('=1+2').filter({ visible: true }).waitFor()
    await picture('done')
    expect(await seriousFindings(page)).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
    const [download] = await Promise.all([page.waitForEvent('download'), page.locator('a[download]').click()])
    expect(download.suggestedFilename()).toMatch(/^bad-rows-.*\.csv$/)
    await page.goto(`${demo.house.url}/imports`)
    await page.getByRole('link', { name: 'pipeline.csv' }).first().waitFor()
    await picture('past')
    expect(complaints).toEqual([])
    await context.close()
  },
)
