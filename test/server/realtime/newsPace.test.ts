import { expect, test } from 'vitest'
import type { News } from '#server/data/news.ts'
import { createNewsPace } from '#server/realtime/newsPace.ts'

const celebration = (priority: number) => ({ type: 'celebration', celebration: { priority } }) as News

test('a flood of deals is celebrated a few times a second, the end of a contest always', () => {
  const allow = createNewsPace()
  const passed = Array.from({ length: 1000 }, (_, at) => allow('floor', celebration(5), at)).filter(Boolean)
  expect(passed).toHaveLength(24)
  expect(allow('floor', celebration(9), 1000)).toBe(true)
})

test('a flood on one floor silences no other', () => {
  const allow = createNewsPace()
  for (let at = 0; at < 100; at++) allow('floor', celebration(5), at)
  expect(allow('other', celebration(5), 100)).toBe(true)
})

test('boards are never held back here, since each is sent at its own pace', () => {
  const allow = createNewsPace()
  const board: News = { type: 'board', boardId: 'b', boardsVersion: 1, periodKey: 'all', seq: 1 }
  expect(Array.from({ length: 500 }, () => allow('floor', board, 0)).every(Boolean)).toBe(true)
})
