import { expect, test } from 'vitest'
import { rowSizes } from '../../client/wall/rowSizes.ts'

const ranked = (...ranks: number[]) => ranks.map((rank) => ({ rank }))

test('the first stands out on a wall, then the others with a medal', () => {
  expect(rowSizes(ranked(1, 2, 3, 4, 5, 6, 7), 7)).toEqual(['hero', 'big', 'big', 'plain', 'plain', 'plain', 'plain'])
})

test('rows that share a rank look alike', () => {
  expect(rowSizes(ranked(1, 1, 3, 3, 5, 5, 7), 7)).toEqual(['hero', 'hero', 'big', 'big', 'plain', 'plain', 'plain'])
})

test('where nobody has a rank yet, or so many share the first places that none stands out, all rows are alike', () => {
  expect(new Set(rowSizes(ranked(0, 0, 0, 0, 0, 0, 0), 7))).toEqual(new Set(['big']))
  expect(new Set(rowSizes(ranked(1, 1, 1, 1, 1, 6, 7, 8, 9), 9))).toEqual(new Set(['plain']))
})
