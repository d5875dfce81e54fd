import { setTimeout as sleep } from 'node:timers/promises'
import type { Line } from '../support/line.ts'
import { quantile } from '../support/stats.ts'
import { createEvents } from './events.ts'
import { openPool } from './httpPool.ts'
import { openScreens } from './screens.ts'

export interface Overload {
  line: Line
  /** Events a second, in batches. */
  perSecond: number
  batch: number
  seconds: number
  screens: number
}

export interface OverloadResult {
  sent: number
  accepted: number
  /** Events that were told to come back later: 429 or 503. */
  deferred: number
  /** Events that were answered with anything else. */
  failed: number
  /** From the due time of an accepted batch to its answer, ms. */
  acceptP99Ms: number
  acceptMaxMs: number
  /** Accepted events that every screen shows in the end. */
  shown: number
  /** From the last answer until every screen shows all, ms. */
  recoveryMs: number
}

const connections = 64
const settleMs = 60_000

/** Posts batches at their due times, whatever comes back, and waits until the screens show all that was accepted. */
export async function overload({ line, perSecond, batch, seconds, screens: size }: Overload): Promise<OverloadResult> {
  const screens = await openScreens(line, size, () => undefined)
  const pool = openPool(line, connections)
  const events = createEvents()
  const before = screens.shownByAll()
  const count = { sent: 0, accepted: 0, deferred: 0, failed: 0 }
  const tookMs: number[] = []
  const answers: Promise<void>[] = []
  const startMs = performance.now() + 5
  for (let n = 0; n < (perSecond * seconds) / batch; n++) {
    const dueMs = startMs + (n * batch * 1000) / perSecond
    while (performance.now() < dueMs) await sleep(Math.max(0, dueMs - performance.now()))
    count.sent += batch
    answers.push(
      pool.post(events.batch(batch).json).then((status) => {
        if (status === 202) {
          count.accepted += batch
          tookMs.push(performance.now() - dueMs)
        } else if (status === 429 || status === 503) count.deferred += batch
        else count.failed += batch
      }),
    )
  }
  await Promise.all(answers)
  const endedMs = performance.now()
  while (screens.shownByAll() - before < count.accepted && performance.now() - endedMs < settleMs) await sleep(20)
  const recoveryMs = performance.now() - endedMs
  const shown = screens.shownByAll() - before
  pool.close()
  screens.close()
  return { ...count, acceptP99Ms: quantile(tookMs, 0.99), acceptMaxMs: quantile(tookMs, 1), shown, recoveryMs }
}
