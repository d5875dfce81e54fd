import { setTimeout as sleep } from 'node:timers/promises'
import type { BoardView } from '#shared/contract/boardView.ts'
import { activePeople, amountMinor, type Line, personIndex } from '../support/line.ts'
import { quantile } from '../support/stats.ts'
import { createEvents } from './events.ts'
import { HttpConnection } from './httpConnection.ts'
import { openPool } from './httpPool.ts'

export interface Polling {
  line: Line
  perSecond: number
  seconds: number
  screens: number
}

/** What the product's screens would be if they asked for the board once a second: due time → the poll that shows it. */
export async function polling({
  line,
  perSecond,
  seconds,
  screens,
}: Polling): Promise<{ p50Ms: number; p99Ms: number }> {
  const total = perSecond * seconds
  const dueMs: number[][] = Array.from({ length: activePeople }, () => [])
  const samples: number[] = []
  const base = await countsNow(new HttpConnection(line.port), line)
  let running = true
  const pollers = Array.from({ length: screens }, async (_, index) => {
    const connection = new HttpConnection(line.port)
    const counts = Int32Array.from(base)
    await sleep((index * 1000) / screens)
    for (let nextMs = performance.now(); running; nextMs += 1000) {
      const now = await countsNow(connection, line)
      const atMs = performance.now()
      for (const [person, events] of now.entries()) {
        for (let event = counts[person] ?? 0; event < events; event++) {
          const due = dueMs[person]?.[event - (base[person] ?? 0)]
          if (due !== undefined) samples.push(atMs - due)
        }
        counts[person] = events
      }
      await sleep(Math.max(0, nextMs + 1000 - performance.now()))
    }
    connection.close()
  })
  const pool = openPool(line, 32)
  const events = createEvents()
  const answers: Promise<number>[] = []
  const startMs = performance.now() + 1000
  for (let sent = 0; sent < total; ) {
    const atMs = startMs + (sent * 1000) / perSecond
    if (atMs > performance.now()) {
      await sleep(Math.max(0, atMs - performance.now()))
      continue
    }
    const { person, json } = events.next()
    dueMs[person]?.push(atMs)
    sent += 1
    answers.push(pool.post(json))
  }
  await Promise.all(answers)
  await sleep(1500)
  running = false
  await Promise.all(pollers)
  pool.close()
  return { p50Ms: quantile(samples, 0.5), p99Ms: quantile(samples, 0.99) }
}

async function countsNow(connection: HttpConnection, line: Line): Promise<Int32Array> {
  const { status, body } = await connection.send('GET', `/api/v1/boards/${line.boardId}/view?top=50`, line.viewHeaders)
  if (status !== 200) throw new Error(`The board answered ${status}`)
  const counts = new Int32Array(activePeople)
  for (const { memberId, value } of (JSON.parse(body) as BoardView).rows)
    counts[personIndex(memberId)] = (value ?? 0) / amountMinor
  return counts
}
