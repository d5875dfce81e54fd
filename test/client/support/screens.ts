import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import type { Locale } from '#shared/text.ts'
import { chromiumProgram } from '../../../bin/lib/chromium.mjs'

/** Sizes that screens really have. */
export const sizes = {
  '1080p': { width: 1920, height: 1080 },
  '720p': { width: 1280, height: 720 },
  '4k': { width: 3840, height: 2160 },
  portrait: { width: 1080, height: 1920 },
  laptop: { width: 1440, height: 900 },
  phone: { width: 390, height: 844 },
} as const
export type Size = keyof typeof sizes

/** All of a list of pictures by `PICTURES=all`, otherwise every third: of four looks the first and the last, which share nothing. */
export function someOf<T>(pictures: readonly T[]): readonly T[] {
  return process.env.PICTURES === 'all' ? pictures : pictures.filter((_, at) => at % 3 === 0)
}

const folder = join(import.meta.dirname, '../../.artifacts')

export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumProgram() ?? '', args: ['--no-sandbox'] })
}

export interface ScreenOptions {
  size?: Size
  locale?: Locale
  theme?: 'dark' | 'light' | 'festival'
  reducedMotion?: boolean
}

/** Opens a screen; `show` has it show something else, which is quicker than another screen. Anything that the page complains about, also about its security policy, is kept in `complaints`. */
export async function openScreen(browser: Browser, address: string, options: ScreenOptions = {}) {
  const { size = '1080p', locale = 'en', reducedMotion = false } = options
  const context = await browser.newContext({
    viewport: sizes[size],
    locale,
    reducedMotion: reducedMotion ? 'reduce' : 'no-preference',
  })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  const show = async (address: string, { locale = 'en', theme }: ScreenOptions = {}) => {
    const url = new URL(address)
    url.searchParams.set('locale', locale)
    if (theme) url.searchParams.set('theme', theme)
    await page.emulateMedia({ colorScheme: theme === undefined || theme === 'festival' ? null : theme })
    await page.goto(url.href)
  }
  await show(address, options)
  return { page, complaints, show, close: () => context.close() }
}

/** A picture into test/.artifacts, for people to look at. */
export async function takePicture(page: Page, name: string) {
  mkdirSync(folder, { recursive: true })
  // A font that is asked for behind a cut cable never comes.
  await page.evaluate(() => Promise.race([document.fonts.ready, new Promise((done) => setTimeout(done, 3000))]))
  await page.screenshot({ path: join(folder, `${name}.png`) })
}
