import { choosePlan, type Plan, type Wish } from '../plan/choose.ts'
import { matchingRows } from '../plan/scan.ts'
import { sortRows } from '../plan/sort.ts'
import type { Collection, Row } from '../store/collection.ts'

/** Matching rows as they come, in the order asked for, at most `limit`. */
export function* streamRows(collection: Collection, wish: Wish, plan: Plan): Generator<Row> {
  const found = matchingRows(collection, plan, wish.filter, plan.sorted ? wish.limit : 0)
  const rows = plan.sorted ? found : sortRows(found, wish)
  let n = 0
  for (const row of rows) {
    yield row
    if (++n === wish.limit) return
  }
}

/** Matching rows all at once, before any of them is changed. */
export const findRows = (collection: Collection, wish: Wish): Row[] => [
  ...streamRows(collection, wish, choosePlan(collection, wish)),
]
