import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { BoardView } from '#shared/contract/boardView.ts'
import { openScreen, type Size, startBrowser, takePicture } from './support/screens.ts'
import { type StandIn, startStandIn } from './support/standIn.ts'
import { boardView, contestView, dealWon, session } from './support/world.ts'

let browser: Browser
let server: StandIn

beforeAll(async () => {
  ;[browser, server] = await Promise.all([startBrowser(), startStandIn()])
})
afterAll(async () => {
  await browser.close()
  await server.close()
})
beforeEach(() => {
  Object.assign(server.world, { session, boards: new Map([['won', boardView()]]), contests: new Map() })
  server.cut(false)
})

/** The board after one person gained so much. */
function gained(view: BoardView, memberId: string, gain: number): BoardView {
  const rows = view.rows
    .map((row) => (row.memberId === memberId ? { ...row, value: (row.value ?? 0) + gain } : row))
    .sort((a, b) => (b.value ?? 0) - (a.value ?? 0))
    .map((row, index, all) => {
      const above = all[index - 1]?.value ?? null
      return {
        ...row,
        rank: index + 1,
        gap: above === null ? null : above - (row.value ?? 0),
        decidedBy: 'value' as const,
      }
    })
  return { ...view, seq: view.seq + 1, rows }
}

test('whoever scores glows with the gain beside the value, and moves to the new place', async () => {
  const { page, close } = await openScreen(browser, `${server.url}/wall/board/won`)
  await page.waitForSelector('.row:nth-child(10) .value:not(:empty)')
  server.patch(gained(boardView(), 'p3', 4_000_000))
  await page.waitForSelector('.row:nth-child(2)[data-flip="p3"].hot')
  expect(await page.textContent('[data-flip="p3"] .gain')).toBe('+$40,000')
  await takePicture(page, 'wall-scored')
  await page.waitForFunction(() => document.querySelector('[data-flip="p3"] .value')?.textContent === '$490,489')
  await page.waitForSelector('[data-flip="p3"].hot', { state: 'detached', timeout: 4000 })
  await close()
})

test('a won deal takes the screen with name, account and amount, and the board comes back', async () => {
  const open = (size: Size) => openScreen(browser, `${server.url}/wall/board/won`, { size })
  const screens = { '1080p': await open('1080p'), portrait: await open('portrait') }
  for (const { page } of Object.values(screens)) await page.waitForSelector('.row')
  server.io.emit('celebration', dealWon('deal'))
  const see = async ([size, { page, complaints, close }]: [string, (typeof screens)['1080p']]) => {
    await page.waitForSelector('.takeover')
    await page.waitForTimeout(2600)
    await takePicture(page, `wall-celebration-${size}`)
    const said = await page.textContent('.takeover')
    for (const word of ['Darcel Schlecht', 'Deal won', '$48,250', 'Konex', 'Place 2', '▲3'])
      expect(said).toContain(word)
    await page.waitForSelector('.takeover', { state: 'detached', timeout: 20_000 })
    expect(await page.isVisible('.row')).toBe(true)
    expect(complaints).toEqual([])
    await close()
  }
  await Promise.all(Object.entries(screens).map(see))
})

test('many deals at once are told together, also in Chinese', async () => {
  const { page, close } = await openScreen(browser, `${server.url}/wall/board/won`, {
    locale: 'zh-CN',
    theme: 'festival',
  })
  await page.waitForSelector('.row')
  await takePicture(page, 'wall-board-festival')
  for (let index = 0; index < 9; index++) server.io.emit('celebration', dealWon(`many-${index}`, index))
  await page.waitForSelector('.takeover .many', { timeout: 40_000 })
  await page.waitForTimeout(2500)
  await takePicture(page, 'wall-celebration-many-festival')
  await close()
})

test('a screen whose cable is cut keeps its last picture and says within five seconds how old it is', async () => {
  const { page, close } = await openScreen(browser, `${server.url}/wall/board/won`)
  await page.waitForSelector('.row:nth-child(10)')
  // A picture waits for every font that is on its way, and behind a cut cable none comes.
  await page.evaluate(() => Promise.all([...document.fonts].map((font) => font.load())))
  server.cut(true)
  await page.waitForSelector('footer.stale', { timeout: 6500 })
  expect(await page.textContent('footer .state')).toMatch(/Stale since \d\d:\d\d · \d+ s old/)
  expect(await page.locator('.row').count()).toBe(10)
  await takePicture(page, 'wall-stale')
  // The line opens again, but nothing is said on it: still stale.
  await page.waitForTimeout(4000)
  expect(await page.locator('footer.stale').count()).toBe(1)
  server.cut(false)
  server.world.boards.set('won', gained(boardView(), 'p1', 100_000_000))
  await page.waitForSelector('.row:nth-child(1)[data-flip="p1"]', { timeout: 8000 })
  await page.waitForSelector('footer:not(.stale)')
  await close()
})

test('a screen that missed a patch asks again and is right', async () => {
  const { page, close } = await openScreen(browser, `${server.url}/wall/board/won`)
  await page.waitForSelector('.row:nth-child(10)')
  const missed = gained(boardView(), 'p4', 1_000_000)
  server.world.boards.set('won', missed)
  server.patch(gained(missed, 'p5', 90_000_000))
  await page.waitForSelector('.row:nth-child(1)[data-flip="p5"]', { timeout: 5000 })
  await close()
})

test('an empty board says that its places are open, and the first result takes first place', async () => {
  server.world.boards.set('won', boardView({ rows: 0 }))
  const { page, close } = await openScreen(browser, `${server.url}/wall/board/won`)
  await page.getByText('The first result takes this place').waitFor()
  await takePicture(page, 'wall-empty')
  server.patch({ ...boardView({ rows: 5 }), seq: 2 })
  await page.waitForSelector('.row:nth-child(3)')
  await takePicture(page, 'wall-five-rows')
  await close()
})

test.each([
  ['1080p', [900_000_000, 100_000], 1],
  ['1080p', [0, 900_000_000], 0],
  ['portrait', [900_000_000, 0], 1],
  ['portrait', [2_000_000, 900_000_000], 0],
] as const)('on %s a team far behind keeps all its figures in its own half: %j', async (size, values, behind) => {
  const view = contestView('live')
  server.world.contests.set('pk', {
    ...view,
    sides: view.sides.map((side, index) => ({ ...side, value: values[index] ?? 0 })),
  })
  const { page, close } = await openScreen(browser, `${server.url}/wall/contest/pk`, { size })
  await page.waitForSelector('.score:not(:empty)')
  await page.waitForTimeout(1500)
  await takePicture(page, `wall-contest-lead-${size}-${behind}`)
  // The second half begins where `.meeting` does; hits respect its slanted edge.
  const crossed = await page.evaluate((behind) => {
    const side = document.querySelectorAll('.side')[behind]
    const texts = [...(side?.querySelectorAll('.team, .score, .momentum, .top li') ?? [])]
    return texts.filter((text) => {
      const range = document.createRange()
      range.selectNodeContents(text)
      // What an ellipsis hides is in the range, but not on the screen.
      const box = text.getBoundingClientRect()
      const { top, bottom, ...inside } = range.getBoundingClientRect().toJSON()
      const [left, right] = [Math.max(box.left, inside.left), Math.min(box.right, inside.right)]
      const corners = [left, right].flatMap((x) => [top, bottom].map((y) => [x, y] as const))
      return corners.some(([x, y]) => {
        const inSecond = document.elementsFromPoint(x, y).some((hit) => hit.matches('.meeting'))
        return inSecond !== (behind === 1)
      })
    }).length
  }, behind)
  expect(crossed).toBe(0)
  await close()
})

test('a contest of many teams is a tower of rows, as a board is', async () => {
  server.world.contests.set('pk', contestView('live', 7))
  const { page, close } = await openScreen(browser, `${server.url}/wall/contest/pk`)
  await page.waitForSelector('.row:nth-child(7)')
  await page.waitForTimeout(500)
  await takePicture(page, 'wall-contest-many')
  await close()
})

test('a channel begins with the live contest and goes on to a board', async () => {
  server.world.contests.set('pk', contestView('live'))
  const { page, complaints, close } = await openScreen(browser, `${server.url}/wall`)
  await page.waitForSelector('.halves')
  await page.keyboard.press('ArrowRight')
  await page.waitForSelector('.row')
  await page.waitForTimeout(600)
  await takePicture(page, 'wall-channel-keys')
  expect(await page.locator('.halves').count()).toBe(0)
  expect(complaints).toEqual([])
  await close()
})

test('with less motion wanted, nothing moves and no confetti falls', async () => {
  const { page, close } = await openScreen(browser, `${server.url}/wall/board/won`, { reducedMotion: true })
  await page.waitForSelector('.row:nth-child(10)')
  server.patch(gained(boardView(), 'p3', 4_000_000))
  await page.waitForSelector('.row:nth-child(2)[data-flip="p3"]')
  const moves = await page.evaluate(
    () =>
      document.getAnimations().filter((animation) => {
        const frames = animation.effect instanceof KeyframeEffect ? animation.effect.getKeyframes() : []
        return frames.some((frame) => frame.transform !== undefined && frame.transform !== 'none')
      }).length,
  )
  expect(moves).toBe(0)
  server.io.emit('celebration', dealWon('calm'))
  await page.waitForSelector('.takeover')
  await page.waitForTimeout(1500)
  const painted = await page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('.takeover canvas')
    return canvas
      ?.getContext('2d')
      ?.getImageData(0, 0, canvas.width, canvas.height)
      .data.some((part) => part > 0)
  })
  expect(painted).toBe(false)
  await close()
})
