import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareStandings, rankStandings, type Standing } from '#shared/board.ts'

const standing = (memberId: string, value: number, more: Partial<Standing> = {}): Standing => ({
  memberId,
  entries: 1,
  value,
  second: null,
  lastAtMs: 0,
  ...more,
})
const ranks = (all: Standing[], direction: 'higher' | 'lower' = 'higher') =>
  rankStandings(all, direction).map(({ memberId, rank, decidedBy }) => [memberId, rank, decidedBy])

test('shared ranks leave a gap: 1, 2, 2, 4', () => {
  expect(ranks([standing('d', 1), standing('c', 5), standing('b', 5), standing('a', 9)])).toEqual([
    ['a', 1, 'value'],
    ['b', 2, 'value'],
    ['c', 2, 'shared'],
    ['d', 4, 'value'],
  ])
})

test('ties are decided by the second metric, then by who was first, and the board says which', () => {
  expect(
    ranks([
      standing('c', 5, { second: 1, lastAtMs: 10 }),
      standing('b', 5, { second: 1, lastAtMs: 5 }),
      standing('a', 5, { second: 2, lastAtMs: 90 }),
      standing('d', 5, { lastAtMs: 1 }),
    ]),
  ).toEqual([
    ['a', 1, 'value'],
    ['b', 2, 'second'],
    ['c', 3, 'first'],
    ['d', 4, 'second'],
  ])
})

test('where less is better the smallest leads', () => {
  expect(ranks([standing('a', 3), standing('b', 1)], 'lower')).toEqual([
    ['b', 1, 'value'],
    ['a', 2, 'value'],
  ])
})

const boards = fc.uniqueArray(
  fc.record({
    memberId: fc.string({ minLength: 1, maxLength: 3 }),
    entries: fc.nat(9),
    value: fc.integer({ min: -2, max: 2 }),
    second: fc.constantFrom(null, 0, 1),
    lastAtMs: fc.nat(2),
  }),
  { selector: (one) => one.memberId, maxLength: 12 },
)

test('ranks are one more than how many are strictly better, in any order of rows and both directions', () => {
  fc.assert(
    fc.property(boards, fc.infiniteStream(fc.nat()), fc.constantFrom('higher', 'lower'), (all, dice, direction) => {
      const shuffled = all
        .map((one) => ({ one, place: Number(dice.next().value) }))
        .sort((a, b) => a.place - b.place)
        .map(({ one }) => one)
      const ranked = rankStandings(all, direction)
      expect(rankStandings(shuffled, direction)).toEqual(ranked)
      for (const row of ranked) {
        const better = all.filter((other) => compareStandings(other, row, direction) < 0)
        expect(row.rank).toBe(1 + better.length)
      }
    }),
    { numRuns: 500 },
  )
})
