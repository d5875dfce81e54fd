import { setTimeout as sleep } from 'node:timers/promises'
import type { Line } from '../support/line.ts'
import { readUsage, type Usage, usageBetween } from '../support/usage.ts'
import { createEvents } from './events.ts'
import { openPool } from './httpPool.ts'
import { openScreens } from './screens.ts'

export interface ClosedLoop {
  line: Line
  batch: number
  /** Most events sent and not yet on the first screen. */
  window: number
  connections: number
  seconds: number
  screens: number
}

export interface ClosedLoopResult {
  perSecond: number
  sent: number
  shown: number
  refused: number
  rewatches: number
  /** Server processor time by process and event, µs. */
  usPerEvent: Usage
  seconds: number
}

const warmUpMs = 2000
const settleMs = 20_000

/** Posts as fast as the screens keep up: a batch is sent when its answer has come and less than a window is un-shown. */
export async function closedLoop(options: ClosedLoop): Promise<ClosedLoopResult> {
  const { line, batch, window, connections, seconds, screens: size } = options
  const pids = { ...line.pids, driver: process.pid }
  let wake: () => void = () => undefined
  const screens = await openScreens(line, size, (screen) => {
    if (screen === 0) wake()
  })
  const pool = openPool(line, connections)
  const events = createEvents()
  const before = screens.shownByAll()
  let sent = 0
  let refused = 0
  let open = 0
  let running = true
  const pump = () => {
    while (running && open < connections && sent + batch - refused - (screens.shown() - before) <= window) {
      const body = batch === 1 ? events.next().json : events.batch(batch).json
      sent += batch
      open += 1
      void pool.post(body).then(
        (status) => {
          if (status !== 202) refused += batch
          open -= 1
          pump()
        },
        (error: Error) => {
          running = false
          throw error
        },
      )
    }
  }
  wake = pump
  pump()
  await sleep(warmUpMs)
  const first = { shown: screens.shown(), atMs: performance.now(), usage: readUsage(pids) }
  await sleep(seconds * 1000)
  const last = { shown: screens.shown(), atMs: performance.now(), usage: readUsage(pids) }
  running = false
  for (const until = Date.now() + settleMs; Date.now() < until; await sleep(20))
    if (open === 0 && screens.shownByAll() - before >= sent - refused) break
  const shown = screens.shownByAll() - before
  pool.close()
  screens.close()
  const measured = last.shown - first.shown
  const usage = usageBetween(first.usage, last.usage)
  return {
    perSecond: (measured / (last.atMs - first.atMs)) * 1000,
    sent,
    shown,
    refused,
    rewatches: screens.rewatches(),
    usPerEvent: Object.fromEntries(Object.entries(usage).map(([name, us]) => [name, us / measured])),
    seconds: (last.atMs - first.atMs) / 1000,
  }
}
