import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ContestView } from '#shared/contract/contestView.ts'
import { type Locale, locales } from '#shared/text.ts'
import { openScreen, type Size, someOf, startBrowser, takePicture } from './support/screens.ts'
import { type StandIn, startStandIn } from './support/standIn.ts'
import { headerCovered, unreadable } from './support/wallReading.ts'
import { boardView, contestView, dealWon } from './support/world.ts'

let browser: Browser
let server: StandIn

beforeAll(async () => {
  ;[browser, server] = await Promise.all([startBrowser(), startStandIn()])
})
afterAll(async () => {
  await browser.close()
  await server.close()
})

type Theme = 'dark' | 'light' | 'festival'
const everySize: Size[] = ['1080p', '720p', '4k', 'portrait']
const everyLook: [Locale, Theme][] = [
  ['en', 'dark'],
  ['en', 'light'],
  ['zh-CN', 'dark'],
  ['zh-CN', 'light'],
]

interface Picture {
  path: string
  /** What is there once it can be looked at. */
  ready: string
  name: string
  locale?: Locale
  theme?: Theme
}

/**
 * Takes all where they differ most, and some on the other sizes (`PICTURES=all` takes all everywhere), and expects that
 * everything on them can be read from far away.
 */
async function lookAtAll(size: Size, pictures: Picture[]) {
  const taken = size === '1080p' || size === 'portrait' ? pictures : someOf(pictures)
  // What moves would take most of the time, and is looked at elsewhere.
  const { page, complaints, show, close } = await openScreen(browser, server.url, { size, reducedMotion: true })
  for (const { path, ready, name, ...look } of taken) {
    await show(`${server.url}${path}`, look)
    await page.waitForSelector(ready)
    await page.waitForTimeout(300)
    await takePicture(page, name)
    expect(await unreadable(page), name).toEqual([])
    expect(await headerCovered(page), name).toBe(false)
    expect(complaints.splice(0), name).toEqual([])
  }
  await close()
}

test.each(everySize)('a full board with long names, ties and large numbers looks right on %s', async (size) => {
  server.world.boards.set('won', boardView(size === '720p' ? { currency: 'CNY', scale: 1e6 } : {}))
  const board = { path: '/wall/board/won', ready: '.row .value:not(:empty)' }
  await lookAtAll(
    size,
    everyLook.map(([locale, theme]) => ({ ...board, name: `wall-board-${size}-${locale}-${theme}`, locale, theme })),
  )
})

test.each(everySize)('a team against a team looks right on %s, in every phase', async (size) => {
  await lookAtAll(
    size,
    (['scheduled', 'live', 'closing', 'final', 'cancelled'] as const).map((phase) => {
      server.world.contests.set(phase, contestView(phase))
      const locale = phase === 'closing' ? 'zh-CN' : 'en'
      const theme = phase === 'final' && size === '720p' ? 'light' : 'dark'
      const path = `/wall/contest/${phase}`
      return { path, ready: '.side', name: `wall-contest-${size}-${phase}`, locale, theme }
    }),
  )
})

test.each(['1080p', 'portrait'] as const)('boards of every kind can be read on %s', async (size) => {
  const full = boardView()
  const hidden = full.rows.map((row) => ({ ...row, value: null, gap: null, second: null, spark: [] }))
  const kinds = {
    one: { ...boardView({ rows: 1 }), total: 1 },
    three: boardView({ rows: 3 }),
    six: boardView({ rows: 6 }),
    hidden: { ...full, rows: hidden },
    percent: boardView({ unit: 'percent', scale: 1e-6 }),
    minutes: boardView({ unit: 'minutes', scale: 1e-5 }),
    morning: { ...full, rows: full.rows.map((row) => ({ ...row, movement: null, spark: [] })) },
  }
  await lookAtAll(
    size,
    Object.entries(kinds).map(([kind, view]) => {
      server.world.boards.set(kind, view)
      const theme = kind === 'three' ? 'festival' : 'dark'
      const path = `/wall/board/${kind}`
      return { path, ready: '.row', name: `wall-board-${kind}-${size}`, locale: 'zh-CN', theme }
    }),
  )
})

test.each(['1080p', 'portrait'] as const)('contests of every kind can be read on %s', async (size) => {
  const final = contestView('final')
  const tied = final.sides.map((side) => ({ ...side, value: 225_193_000 }))
  const late: ContestView['restatements'] = [{ atMs: Date.now(), sides: [] }]
  const kinds = {
    tied: { ...final, sides: tied, result: { hash: 'h', winnerTeamIds: ['t0', 't1'], finalAtMs: Date.now() } },
    restated: { ...final, restatements: late },
    three: contestView('live', 3),
    seven: contestView('final', 7),
    twelve: contestView('live', 12),
    waiting: contestView('scheduled', 7),
  }
  await lookAtAll(
    size,
    Object.entries(kinds).map(([kind, view]) => {
      server.world.contests.set(kind, view)
      const ready = view.sides.length === 2 ? '.side' : '.row'
      const path = `/wall/contest/${kind}`
      return { path, ready, name: `wall-contest-${kind}-${size}`, locale: 'zh-CN' }
    }),
  )
})

test('a screen that is asked for what is not there, or still waits, says so in the language of the reader', async () => {
  const missing = { path: '/wall/board/none', ready: '.notice' }
  await lookAtAll(
    '1080p',
    locales.map((locale) => ({ ...missing, name: `wall-missing-${locale}`, locale })),
  )
  const { page, close } = await openScreen(browser, `${server.url}/wall/board/none`)
  await page.routeWebSocket(/socket/, () => {})
  await page.reload()
  await page.waitForSelector('.rows li:nth-child(10)')
  await page
    .getByText('Offline', { exact: false })
    .or(page.getByText('Stale', { exact: false }))
    .waitFor({ timeout: 15_000 })
  await takePicture(page, 'wall-loading')
  await close()
})

test('every celebration can be read, whatever it is for', async () => {
  const who = { personId: 'p1', name: '欧阳娜娜', teamName: '华东大客户部', color: 3, atMs: Date.now() }
  const contestName = { en: 'November sprint', 'zh-CN': '十一月冲刺赛' }
  const rise = { rankBefore: null, rankAfter: null }
  const items = {
    large: { ...dealWon('a', 2).item, valueMinor: 12_345_678_900_00, currency: 'CNY' } as ReturnType<
      typeof dealWon
    >['item'],
    badge: {
      ...who,
      id: 'b',
      type: 'badge',
      badgeId: 'b',
      badgeName: { en: 'First deal of the month' },
      icon: 'trophy',
    },
    streak: { ...who, id: 's', type: 'streak', streakName: { en: 'Ten calls a day' }, days: 15 },
    contest: {
      id: 'c',
      type: 'contest',
      atMs: Date.now(),
      contestId: 'pk',
      contestName,
      phase: 'final',
      winner: 'Melvin Marxen',
    },
  } as const
  server.world.boards.set('won', boardView())
  for (const [kind, item] of Object.entries(items)) {
    const open = (size: Size) => openScreen(browser, `${server.url}/wall/board/won`, { size })
    const screens = { '1080p': await open('1080p'), portrait: await open('portrait') }
    for (const { page } of Object.values(screens)) await page.waitForSelector('.row')
    server.io.emit('celebration', { id: kind, priority: 5, item, ...rise })
    const see = async ([size, { page, close }]: [string, (typeof screens)['1080p']]) => {
      await page.waitForSelector('.takeover')
      await page.waitForTimeout(2600)
      await takePicture(page, `wall-celebration-${kind}-${size}`)
      expect(await unreadable(page), kind).toEqual([])
      await close()
    }
    await Promise.all(Object.entries(screens).map(see))
  }
})
