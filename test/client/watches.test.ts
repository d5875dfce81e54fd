import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { WatchReply } from '#shared/contract/realtime.ts'
import type { Link } from '../../client/lib/socket.ts'
import { createWatches } from '../../client/lib/watches.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const deaf = { view: () => undefined, problem: () => undefined }
const refusal = (status: number, code: string): WatchReply<string> => ({
  ok: false,
  problem: { type: 'about:blank', title: 'Refused', status, code, detail: 'No' },
})
const there = (name: string): WatchReply<string> => ({ ok: true, room: `room/${name}`, view: `view of ${name}` })

/** A page on a line whose answers come when the test says so. */
function page() {
  const asked: { name: string; answer(reply: WatchReply<string>): Promise<void> }[] = []
  const left: string[] = []
  const link = {
    socket: { connected: true },
    open: () => undefined,
    onConnect: () => undefined,
    answered: () => undefined,
  } as unknown as Link
  const ask = (name: string) =>
    new Promise<WatchReply<string>>((resolve) => {
      const answer = async (reply: WatchReply<string>) => {
        resolve(reply)
        await vi.advanceTimersByTimeAsync(0)
      }
      asked.push({ name, answer })
    })
  return { watches: createWatches<string, string>(link, ask, (room) => left.push(room)), asked, left }
}

test('a board that was left before it came is not watched any longer', async () => {
  const { watches, asked, left } = page()
  watches.add('a', 'a', deaf)()
  await asked[0]?.answer(there('a'))
  expect(left).toEqual(['room/a'])
})

test('a board that was left and opened again before it came stays watched', async () => {
  const { watches, asked, left } = page()
  watches.add('a', 'a', deaf)()
  const views: string[] = []
  watches.add('a', 'a', { ...deaf, view: (view) => views.push(view) })
  await asked[0]?.answer(there('a'))
  await asked[1]?.answer(there('a'))
  expect([views, left]).toEqual([['view of a'], []])
})

test('a page that asked too fast asks again instead of saying that a board cannot be had', async () => {
  const { watches, asked } = page()
  const told: string[] = []
  watches.add('a', 'a', { view: (view) => told.push(view), problem: ({ code }) => told.push(code) })
  await asked[0]?.answer(refusal(429, 'realtime.too_fast'))
  expect(told).toEqual([])
  await vi.advanceTimersByTimeAsync(3000)
  await asked[1]?.answer(there('a'))
  expect(told).toEqual(['view of a'])
})
