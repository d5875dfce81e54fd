import type { Collection } from '../store/collection.ts'
import type { Index } from '../store/index.ts'
import type { Interval } from './bounds.ts'
import { statementsOf } from './statements.ts'

/** Number of index keys in the intervals, counted up to `most`. */
export const estimate = (
  collection: Collection,
  index: Index,
  intervals: readonly Interval[],
  most: number,
): number => {
  const { countUpTo } = statementsOf(collection, index)
  let rows = 0
  for (const { low, high, point } of intervals) {
    rows += point ? 1 : Number(countUpTo.get(low, high, most - rows)?.n)
    if (rows >= most) return most
  }
  return rows
}
