import type { OpenLoopResult } from '../driver/openLoop.ts'
import { alternate } from '../support/alternate.ts'
import type { Part } from '../support/bench.ts'
import { drive } from '../support/drive.ts'
import { type Figure, show } from '../support/figure.ts'
import type { Line } from '../support/line.ts'
import { median } from '../support/stats.ts'

const screens = 50

/** From the due time of an event to each of 50 screens: under load, on a quiet board, and against asking every second. */
export const latency: Part = async ({ quick, skeleton, product, note }) => {
  const [bare, full] = [(await skeleton()).line, (await product()).line]
  const rounds = quick ? 1 : 3
  const run = (perSecond: number, seconds: number) => (line: Line) => async () => {
    const result = await drive('openLoop', { line, perSecond, seconds, screens })
    note(`${line.kind} at ${perSecond}/s: p50 ${show(result.p50Ms, 'ms')}, p99 ${show(result.p99Ms, 'ms')}`)
    return result
  }
  // Servers that have just started are compiling; no floor has that every morning at full speed.
  for (const line of [bare, full]) await drive('openLoop', { line, perSecond: 200, seconds: quick ? 5 : 10, screens })
  const loadRun = run(200, quick ? 4 : 10)
  const idleRun = run(5, quick ? 6 : 20)
  const load = await alternate(rounds, loadRun(bare), loadRun(full))
  const idle = await alternate(quick ? 1 : 2, idleRun(bare), idleRun(full))
  const poll = await drive('polling', { line: full, perSecond: 200, seconds: quick ? 4 : 10, screens })
  note(`polling every second: p50 ${show(poll.p50Ms, 'ms')}, p99 ${show(poll.p99Ms, 'ms')}`)

  const figure = (
    goal: string,
    what: string,
    { reference, product: own, ratio }: typeof load,
    pick: (result: OpenLoopResult) => number,
    bounds: { floor: number; aim: number },
  ): Figure => ({
    goal,
    what,
    product: show(median(own.map(pick)), 'ms'),
    reference: show(median(reference.map(pick)), 'ms'),
    value: ratio(pick, pick),
    unit: '×',
    better: 'lower',
    ...bounds,
  })
  const p50 = (result: OpenLoopResult) => result.p50Ms
  const p99 = (result: OpenLoopResult) => result.p99Ms
  const against = (what: string, poll: number, pick: typeof p50, bounds: { floor: number; aim: number }): Figure => ({
    goal: '3',
    what,
    product: show(median(load.product.map(pick)), 'ms'),
    reference: show(poll, 'ms'),
    value: poll / median(load.product.map(pick)),
    unit: '×',
    better: 'higher',
    ...bounds,
  })
  const runs = [...load.reference, ...load.product, ...idle.reference, ...idle.product]
  return {
    figures: [
      figure('1', 'event → 50 screens at 200/s, p50', load, p50, { floor: 60 / 35, aim: 45 / 35 }),
      figure('1', 'event → 50 screens at 200/s, p99', load, p99, { floor: 125 / 62, aim: 75 / 62 }),
      figure('2', 'event → 50 screens, quiet board (5/s), p50', idle, p50, { floor: 30 / 8, aim: 15 / 8 }),
      figure('2', 'event → 50 screens, quiet board (5/s), p99', idle, p99, { floor: 60 / 14, aim: 30 / 14 }),
      against('1 s polling ÷ push at 200/s, p50', poll.p50Ms, p50, { floor: 8, aim: 11 }),
      against('1 s polling ÷ push at 200/s, p99', poll.p99Ms, p99, { floor: 8, aim: 13 }),
    ],
    conditions: [
      {
        what: `latency: every screen shows all of ${runs.reduce((sum, { sent }) => sum + sent, 0)} events, none refused`,
        holds: runs.every(({ sent, shown, refused }) => shown === sent && refused === 0),
      },
    ],
  }
}
