import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createLog } from '#server/log.ts'
import { createRooms } from '#server/realtime/rooms.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function counted(intervalMs = 100) {
  const state = { value: 0, reads: 0, sent: [] as number[], stale: 0, away: false }
  const rooms = createRooms<string, { value: number }>({
    nameOf: (request) => `room/${request}`,
    read: async (request) => {
      state.reads += 1
      if (state.away) throw new Error('Redis is away')
      return request === 'nothing' ? null : { value: state.value }
    },
    flush: (_room, _before, after) => void state.sent.push(after?.value ?? -1),
    stale: () => {
      state.stale += 1
    },
    intervalMs: () => intervalMs,
    log: createLog('test', 'silent'),
  })
  const change = () => {
    state.value += 1
    rooms.changed(() => true)
  }
  return { state, rooms, change }
}

test('the first change is sent at once, what follows when the interval is over, and nothing is left unsent', async () => {
  const { state, rooms, change } = counted()
  await rooms.watch('a')
  vi.advanceTimersByTime(1000)
  change()
  await vi.advanceTimersByTimeAsync(0)
  expect(state.sent).toEqual([1])
  for (let n = 0; n < 50; n++) change()
  await vi.advanceTimersByTimeAsync(99)
  expect(state.sent).toEqual([1])
  await vi.advanceTimersByTimeAsync(1)
  expect(state.sent).toEqual([1, 51])
  await vi.advanceTimersByTimeAsync(1000)
  expect(state.sent).toEqual([1, 51])
})

test('changes as far apart as flushes must be are each sent at once, though some come late', async () => {
  const { state, rooms, change } = counted()
  await rooms.watch('a')
  vi.advanceTimersByTime(1000)
  for (const sinceMs of [0, 100, 180, 20, 100, 130, 80]) {
    await vi.advanceTimersByTimeAsync(sinceMs)
    change()
    await vi.advanceTimersByTimeAsync(0)
    expect(state.sent.at(-1)).toBe(state.value)
  }
  change()
  await vi.advanceTimersByTimeAsync(89)
  expect(state.sent.at(-1)).not.toBe(state.value)
  await vi.advanceTimersByTimeAsync(1)
  expect(state.sent.at(-1)).toBe(state.value)
})

test('a room is read once per change however many watch it, and not at all when nobody does', async () => {
  const { state, rooms, change } = counted()
  for (let n = 0; n < 10; n++) await rooms.watch('a')
  expect(state.reads).toBe(1)
  for (let n = 0; n < 10; n++) rooms.unwatch('room/a')
  vi.advanceTimersByTime(1000)
  change()
  await vi.advanceTimersByTimeAsync(1000)
  expect(state.reads).toBe(1)
})

test('nothing is kept of what is not there, and a forgotten view is read anew', async () => {
  const { state, rooms, change } = counted()
  expect(await rooms.watch('nothing')).toEqual({ room: 'room/nothing', view: null })
  await rooms.watch('a')
  rooms.forget((request) => request === 'a')
  expect(state.stale).toBe(1)
  change()
  await vi.advanceTimersByTimeAsync(1000)
  expect(state.sent).toEqual([])
  expect((await rooms.watch('a')).view).toEqual({ value: 1 })
})

test('a change that came while the store was away is sent once it is back, though nobody says again that there was one', async () => {
  const { state, rooms, change } = counted()
  await rooms.watch('a')
  vi.advanceTimersByTime(1000)
  state.away = true
  change()
  await vi.advanceTimersByTimeAsync(5000)
  expect(state.sent).toEqual([])
  expect(state.reads).toBeLessThan(8)
  state.away = false
  await vi.advanceTimersByTimeAsync(1200)
  expect(state.sent).toEqual([1])
  state.away = true
  change()
  rooms.unwatch('room/a')
  const { reads } = state
  await vi.advanceTimersByTimeAsync(5000)
  expect(state.reads).toBeLessThanOrEqual(reads + 1)
})

test('a change that comes while the first view is on its way is sent after it', async () => {
  const { state, rooms, change } = counted()
  const first = rooms.watch('a')
  change()
  state.value = 0
  expect((await first).view).toEqual({ value: 0 })
  state.value = 1
  await vi.advanceTimersByTimeAsync(100)
  expect(state.sent).toEqual([1])
  await vi.advanceTimersByTimeAsync(1000)
  expect(state.sent).toEqual([1])
})

test('a change of which the news was lost is sent when a screen asks again, as it does within a minute', async () => {
  const { state, rooms } = counted()
  await rooms.watch('a')
  state.value = 1
  await vi.advanceTimersByTimeAsync(10_000)
  expect((await rooms.watch('a')).view).toEqual({ value: 0 })
  await vi.advanceTimersByTimeAsync(1000)
  expect([state.reads, state.sent]).toEqual([1, []])
  await vi.advanceTimersByTimeAsync(30_000)
  for (let n = 0; n < 10; n++) await rooms.watch('a')
  await vi.advanceTimersByTimeAsync(1000)
  expect([state.reads, state.sent]).toEqual([2, [1]])
})

/** A room whose reads end when the test says so, each with what held when it began. */
function slow() {
  const state = { title: 'old', value: 0, ends: [] as (() => Promise<void>)[], sent: [] as string[] }
  const rooms = createRooms<string, { title: string; value: number }>({
    nameOf: (request) => `room/${request}`,
    read() {
      const { title, value } = state
      return new Promise((resolve) => {
        state.ends.push(async () => {
          resolve({ title, value })
          await vi.advanceTimersByTimeAsync(0)
        })
      })
    },
    flush: (_room, _before, after) => void state.sent.push(after?.title ?? 'gone'),
    stale: () => void state.sent.push('stale'),
    intervalMs: () => 100,
    log: createLog('test', 'silent'),
  })
  const end = async (read: number) => await state.ends[read]?.()
  return { state, rooms, end }
}

test('a board that is renamed while it is read for a screen is shown by its new name', async () => {
  const { state, rooms, end } = slow()
  const first = rooms.watch('a')
  state.title = 'new'
  rooms.forget(() => true)
  await end(0)
  await end(1)
  expect((await first).view?.title).toBe('new')
})

test('a board that is renamed amid a change is shown by its new name to the screens that ask again', async () => {
  const { state, rooms, end } = slow()
  const first = rooms.watch('a')
  await end(0)
  await first
  await vi.advanceTimersByTimeAsync(1000)
  rooms.changed(() => true)
  state.title = 'new'
  rooms.forget(() => true)
  const [early, late] = [rooms.watch('a'), end(1)]
  await late
  const second = rooms.watch('a')
  for (let read = 2; read < 4; read++) await end(read)
  expect([(await early).view?.title, (await second).view?.title]).toEqual(['new', 'new'])
  await vi.advanceTimersByTimeAsync(1000)
  expect(state.sent).not.toContain('old')
})
