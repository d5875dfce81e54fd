import { setTimeout as sleep } from 'node:timers/promises'
import { activePeople, type Line } from '../support/line.ts'
import { quantile } from '../support/stats.ts'
import { readUsage, type Usage, usageBetween } from '../support/usage.ts'
import { createEvents } from './events.ts'
import { openPool } from './httpPool.ts'
import { openScreens } from './screens.ts'

export interface OpenLoop {
  line: Line
  perSecond: number
  seconds: number
  screens: number
}

export interface OpenLoopResult {
  p50Ms: number
  p99Ms: number
  maxMs: number
  samples: number
  sent: number
  shown: number
  refused: number
  rewatches: number
  framesPerSecond: number
  usage: Usage
  seconds: number
}

const warmUpMs = 1000
const settleMs = 15_000

/** Posts single events at their due times, whatever comes back; measures from the due time to each screen. */
export async function openLoop({ line, perSecond, seconds, screens: size }: OpenLoop): Promise<OpenLoopResult> {
  const total = Math.round(perSecond * (seconds + warmUpMs / 1000))
  const dueMs: number[][] = Array.from({ length: activePeople }, () => [])
  const samples: number[] = []
  let startMs = Number.POSITIVE_INFINITY
  const screens = await openScreens(line, size, (_screen, person, from, to, atMs) => {
    if (startMs === Number.POSITIVE_INFINITY) return
    const base = screens.base[person] ?? 0
    for (let event = Math.max(from, base); event < to; event++) {
      const due = dueMs[person]?.[event - base]
      if (due !== undefined && due >= startMs + warmUpMs) samples.push(atMs - due)
    }
  })
  const pool = openPool(line, 32)
  const events = createEvents()
  const before = screens.shownByAll()
  const usageBefore = readUsage({ ...line.pids, driver: process.pid })
  let refused = 0
  const answers: Promise<void>[] = []
  startMs = performance.now() + 5
  for (let sent = 0; sent < total; ) {
    const atMs = startMs + (sent * 1000) / perSecond
    const waitMs = atMs - performance.now()
    if (waitMs > 0) {
      await sleep(waitMs)
      continue
    }
    const { person, json } = events.next()
    dueMs[person]?.push(atMs)
    sent += 1
    answers.push(
      pool.post(json).then((status) => {
        if (status !== 202) refused += 1
      }),
    )
  }
  const elapsedMs = performance.now() - startMs
  const usage = usageBetween(usageBefore, readUsage({ ...line.pids, driver: process.pid }))
  await Promise.all(answers)
  const want = before + total - refused
  for (const until = Date.now() + settleMs; screens.shownByAll() < want && Date.now() < until; ) await sleep(20)
  const shown = screens.shownByAll() - before
  pool.close()
  screens.close()
  return {
    p50Ms: quantile(samples, 0.5),
    p99Ms: quantile(samples, 0.99),
    maxMs: quantile(samples, 1),
    samples: samples.length,
    sent: total,
    shown,
    refused,
    rewatches: screens.rewatches(),
    framesPerSecond: (screens.frames() / elapsedMs) * 1000,
    usage,
    seconds: elapsedMs / 1000,
  }
}
