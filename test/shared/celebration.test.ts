import { expect, test } from 'vitest'
import {
  advanceCelebrations,
  type CelebrationQueue,
  celebrationLengthMs,
  correctCelebrations,
  emptyQueue,
  receiveCelebration,
} from '#shared/celebration.ts'
import type { Celebration } from '#shared/contract/feed.ts'

const second = 1000
const minute = 60 * second

function deal(id: string, person: string, atMs = 0, priority = 5): Celebration {
  return {
    id,
    priority,
    rankBefore: null,
    rankAfter: null,
    item: {
      id,
      type: 'activity',
      atMs,
      personId: person,
      name: person,
      teamName: null,
      color: null,
      kind: 'deal.won',
      points: 100,
      valueMinor: 100_00,
      currency: 'EUR',
      account: null,
      evidence: 'automatic',
    },
  }
}

function contestWon(id: string, atMs = 0): Celebration {
  return {
    id,
    priority: 9,
    rankBefore: null,
    rankAfter: null,
    item: { id, type: 'contest', atMs, contestId: 'c', contestName: { en: 'Sprint' }, phase: 'final', winner: 'North' },
  }
}

function receive(queue: CelebrationQueue, celebrations: Celebration[], nowMs: number) {
  return celebrations.reduce((before, celebration) => receiveCelebration(before, celebration, nowMs), queue)
}

/** Lets time run second by second and writes down what begins. */
function run(queue: CelebrationQueue, fromMs: number, toMs: number) {
  const begun: { atS: number; ids: string[] }[] = []
  let now = queue
  for (let atMs = fromMs; atMs <= toMs; atMs += second) {
    const next = advanceCelebrations(now, atMs)
    if (next.playing && next.playing !== now.playing)
      begun.push({
        atS: atMs / second,
        ids: next.playing.is === 'one' ? [next.playing.celebration.id] : next.playing.celebrations.map(({ id }) => id),
      })
    now = next
  }
  return { begun, queue: now }
}

test('a won contest comes before a deal, and a deal before a badge', () => {
  const queue = receive(emptyQueue, [deal('badge', 'ana', 0, 2), deal('deal', 'bo', 0, 5), contestWon('contest')], 0)
  expect(run(queue, 0, 40 * second).begun.map(({ ids }) => ids[0])).toEqual(['contest', 'deal', 'badge'])
})

test('a celebration has the screen for 8 to 12 seconds, then the board comes back', () => {
  for (let priority = 0; priority <= 9; priority++) {
    expect(celebrationLengthMs(priority)).toBeGreaterThanOrEqual(8 * second)
    expect(celebrationLengthMs(priority)).toBeLessThanOrEqual(12 * second)
  }
  const playing = advanceCelebrations(receive(emptyQueue, [deal('d', 'ana')], 0), 0)
  expect(playing.playing).not.toBeNull()
  expect(advanceCelebrations(playing, 9 * second).playing).not.toBeNull()
  expect(advanceCelebrations(playing, 10 * second).playing).toBeNull()
})

test('the same deal never plays twice, however often it is told', () => {
  const first = run(receive(emptyQueue, [deal('d', 'ana'), deal('d', 'ana')], 0), 0, 30 * second)
  const again = run(receive(first.queue, [deal('d', 'ana')], 30 * second), 30 * second, 3 * minute)
  expect([...first.begun, ...again.begun]).toHaveLength(1)
})

test('a deal of eleven minutes ago is not celebrated, also when it waited that long', () => {
  expect(receive(emptyQueue, [deal('old', 'ana', 0)], 11 * minute).waiting).toEqual([])
  const waited = receive(emptyQueue, [deal('waited', 'ana', 0)], 5 * minute)
  expect(advanceCelebrations(waited, 11 * minute)).toMatchObject({ playing: null, waiting: [] })
})

test('one person has the screen once a minute; others go first', () => {
  const queue = receive(emptyQueue, [deal('a1', 'ana', 0), deal('a2', 'ana', 1), deal('b1', 'bo', 2)], 2)
  const { begun } = run(queue, second, 90 * second)
  expect(begun.map(({ ids }) => ids[0])).toEqual(['a1', 'b1', 'a2'])
  expect((begun[2]?.atS ?? 0) - (begun[0]?.atS ?? 0)).toBeGreaterThanOrEqual(60)
})

test('more than three in a minute are told together, and nobody is forgotten', () => {
  const deals = Array.from({ length: 9 }, (_, index) => deal(`d${index}`, `person${index}`, index))
  const { begun } = run(receive(emptyQueue, deals, 10), second, 5 * minute)
  expect(begun.slice(0, 3).map(({ ids }) => ids.length)).toEqual([1, 1, 1])
  expect(begun[3]?.ids).toEqual(['d3', 'd4', 'd5', 'd6', 'd7', 'd8'])
  expect(begun.flatMap(({ ids }) => ids).sort()).toEqual(deals.map(({ id }) => id))
})

test('a flood of deals leaves the screen to the board most of the time', () => {
  let queue = emptyQueue
  let busyS = 0
  for (let atMs = 0; atMs < 10 * minute; atMs += second) {
    queue = receive(queue, [deal(`d${atMs}`, `person${(atMs / second) % 40}`, atMs)], atMs)
    queue = advanceCelebrations(queue, atMs)
    if (queue.playing) busyS += 1
  }
  expect(busyS / 600).toBeLessThan(0.75)
  expect(queue.waiting.length).toBeLessThan(200)
})

test('a contest that ends is celebrated also in a flood', () => {
  const deals = Array.from({ length: 9 }, (_, index) => deal(`d${index}`, `person${index}`, index))
  const busy = run(receive(emptyQueue, deals, 10), second, 35 * second).queue
  const { begun } = run(receive(busy, [contestWon('end', 35_000)], 35_000), 36 * second, 60 * second)
  expect(begun.map(({ ids }) => ids[0])).toContain('end')
})

test('a deal that is corrected while it waits is told as it is now, and one that is taken back is not told', () => {
  const [first, second, third] = [deal('1', 'ana'), deal('2', 'bo'), deal('3', 'cai')]
  let queue = [first, second, third].reduce((queue, one) => receiveCelebration(queue, one, 0), emptyQueue)
  queue = correctCelebrations(queue, { id: '2', item: null })
  queue = correctCelebrations(queue, { id: '3', item: { ...third.item, atMs: 5 } })
  expect(queue.waiting.map(({ id, item }) => [id, item.atMs])).toEqual([
    ['1', 0],
    ['3', 5],
  ])
  expect(receiveCelebration(queue, second, 0).waiting).toHaveLength(2)
})
