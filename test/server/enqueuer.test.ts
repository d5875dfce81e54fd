import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createEnqueuer } from '#server/activities/enqueuer.ts'
import { keysPerJob } from '#server/data/queues.ts'
import { createLog } from '#server/log.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function enqueuing() {
  const jobs: [org: string, keys: string[]][] = []
  const state = { away: false }
  const score = async (org: string, keys: string[]) => {
    if (state.away) throw new Error('Redis is away')
    jobs.push([org, keys])
  }
  return { jobs, state, enqueuer: createEnqueuer({ score }, createLog('test', 'silent'), { everyMs: 50 }) }
}

test('the first is enqueued at once, what follows together, and a floor that falls quiet begins anew', async () => {
  const { jobs, enqueuer } = enqueuing()
  enqueuer.enqueue('red', ['a'])
  enqueuer.enqueue('red', ['b'])
  enqueuer.enqueue('blue', ['x'])
  enqueuer.enqueue('red', ['c', 'b'])
  const first = [
    ['red', ['a']],
    ['blue', ['x']],
  ]
  expect(jobs).toEqual(first)
  vi.advanceTimersByTime(50)
  expect(jobs).toEqual([...first, ['red', ['b', 'c']]])
  vi.advanceTimersByTime(100)
  enqueuer.enqueue('red', ['d'])
  expect(jobs.at(-1)).toEqual(['red', ['d']])
  expect(jobs).toHaveLength(4)
})

test('a full job waits for nothing', () => {
  const { jobs, enqueuer } = enqueuing()
  enqueuer.enqueue('red', ['a'])
  const many = Array.from({ length: keysPerJob }, (_, at) => `k${at}`)
  enqueuer.enqueue('red', many)
  expect(jobs).toEqual([
    ['red', ['a']],
    ['red', many],
  ])
  vi.advanceTimersByTime(500)
  expect(jobs).toHaveLength(2)
})

test('what is gathered is enqueued when the server ends, and what Redis does not take is left to the sweep', async () => {
  const { jobs, state, enqueuer } = enqueuing()
  enqueuer.enqueue('red', ['a'])
  enqueuer.enqueue('red', ['b'])
  await enqueuer.close()
  expect(jobs.at(-1)).toEqual(['red', ['b']])
  expect(vi.getTimerCount()).toBe(0)
  state.away = true
  enqueuer.enqueue('red', ['c'])
  await vi.advanceTimersByTimeAsync(60)
  state.away = false
  enqueuer.enqueue('red', ['d'])
  expect(jobs.at(-1)).toEqual(['red', ['d']])
})
