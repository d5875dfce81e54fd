import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Locale } from '#shared/text.ts'
import { openScreen, type Size, startBrowser, takePicture } from './support/screens.ts'
import { type StandIn, startStandIn } from './support/standIn.ts'
import { boardView, contestView } from './support/world.ts'

let browser: Browser
let server: StandIn

beforeAll(async () => {
  ;[browser, server] = await Promise.all([startBrowser(), startStandIn()])
})
afterAll(async () => {
  await browser.close()
  await server.close()
})

const everySize: Size[] = ['1080p', '720p', '4k', 'portrait']
const everyLook: [Locale, 'dark' | 'light'][] = [
  ['en', 'dark'],
  ['en', 'light'],
  ['zh-CN', 'dark'],
  ['zh-CN', 'light'],
]

test.each(everySize)('a full board with long names, ties and large numbers looks right on %s', async (size) => {
  server.world.boards.set('won', boardView(size === '720p' ? { currency: 'CNY', scale: 1e6 } : {}))
  for (const [locale, theme] of everyLook) {
    const screen = await openScreen(browser, `${server.url}/wall/board/won`, { size, locale, theme })
    await screen.page.waitForSelector('.row:nth-child(8) .value:not(:empty)')
    await takePicture(screen.page, `wall-board-${size}-${locale}-${theme}`)
    expect(screen.complaints).toEqual([])
    await screen.close()
  }
})

test.each(everySize)('a team against a team looks right on %s, in every phase', async (size) => {
  for (const phase of ['scheduled', 'live', 'closing', 'final'] as const) {
    server.world.contests.set('pk', contestView(phase))
    const locale = phase === 'closing' ? 'zh-CN' : 'en'
    const theme = phase === 'final' && size === '720p' ? 'light' : 'dark'
    const screen = await openScreen(browser, `${server.url}/wall/contest/pk`, { size, locale, theme })
    await screen.page.waitForSelector('.side')
    await takePicture(screen.page, `wall-contest-${size}-${phase}`)
    expect(screen.complaints).toEqual([])
    await screen.close()
  }
})
