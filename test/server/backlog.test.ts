import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createBacklog, mostBacklog } from '#server/data/backlog.ts'
import type { Mongo } from '#server/data/mongo.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

const busy = { waitingToScore: async () => 100, workers: async () => 2 }

/** A database that has counted the whole backlog once, and takes as long as the test says from then on. */
async function counted(count: () => Promise<number>) {
  const countDocuments = vi.fn(count).mockResolvedValueOnce(mostBacklog)
  const backlog = createBacklog({ activities: { collection: { countDocuments } } } as unknown as Mongo, busy)
  backlog.reaches(mostBacklog)
  await nextTurn()
  expect(backlog.reaches(mostBacklog)).toBe(true)
  return backlog
}

test('while so much waits that counting it takes seconds, sources are told to come back all the time', async () => {
  const counting = Promise.withResolvers<number>()
  const backlog = await counted(() => counting.promise)
  for (let n = 0; n < 8; n++) {
    vi.advanceTimersByTime(400)
    expect(backlog.reaches(mostBacklog)).toBe(true)
  }
  counting.resolve(0)
  await nextTurn()
  expect(backlog.reaches(mostBacklog)).toBe(false)
})

test('who comes after a pause is not refused for what waited before it', async () => {
  const backlog = await counted(async () => 0)
  vi.advanceTimersByTime(60_000)
  expect(backlog.reaches(mostBacklog)).toBe(false)
})

test('an import whose steps take long waits as well, from its first step on', async () => {
  let pending = mostBacklog
  const countDocuments = async () => pending
  const backlog = createBacklog({ activities: { collection: { countDocuments } } } as unknown as Mongo, busy)
  for (let step = 0; step < 2; step++) {
    pending = mostBacklog
    let goesOn = false
    const waiting = backlog.polite().then(() => {
      goesOn = true
    })
    await sleep(150)
    expect(goesOn).toBe(false)
    pending = 0
    vi.advanceTimersByTime(5000)
    await waiting
    vi.advanceTimersByTime(5000)
  }
})
