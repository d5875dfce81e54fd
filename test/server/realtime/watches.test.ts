import { expect, test } from 'vitest'
import { createLog } from '#server/log.ts'
import { createWatches } from '#server/realtime/watches.ts'
import type { WatchReply } from '#shared/contract/realtime.ts'

function screen() {
  const counts = new Map<string, number>()
  const add = (room: string, by: number) => void counts.set(room, (counts.get(room) ?? 0) + by)
  const rooms = {
    async watch(room: string) {
      add(room, 1)
      return { room, view: { room } }
    },
    unwatch: (room: string) => add(room, -1),
  }
  const watches = createWatches(
    { connected: true, join: () => undefined, leave: () => undefined },
    createLog('test', 'silent'),
  )
  const watch = async (room: string) => {
    let answer: WatchReply<{ room: string }> | undefined
    await watches.add('board', rooms, room, (reply) => {
      answer = reply
    })
    return answer?.ok ? 'shown' : answer?.problem.code
  }
  return { watch, watches, counts }
}

test('a screen that watches all it may asks for each board again, and for one more in vain', async () => {
  const { watch, watches, counts } = screen()
  const boards = Array.from({ length: 20 }, (_, n) => `board-${n}`)
  for (const board of boards) expect(await watch(board)).toBe('shown')
  expect(await watch('one more')).toBe('realtime.too_many')
  for (const board of boards) expect(await watch(board)).toBe('shown')
  expect([...counts].filter(([, watchers]) => watchers !== 1)).toEqual([['one more', 0]])
  await watches.remove('board-0')
  expect(await watch('one more')).toBe('shown')
})
