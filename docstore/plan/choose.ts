import type { Collation } from '../collation/collation.ts'
import type { Node } from '../filter/node.ts'
import type { Collection } from '../store/collection.ts'
import type { Index } from '../store/index.ts'
import { boundsOf, type Conditions, conjuncts, type Interval, WHOLE } from './bounds.ts'
import { sameCollation } from './collated.ts'
import { estimate } from './estimate.ts'
import { holdsAll } from './implied.ts'
import type { SortField } from './sort-field.ts'

/** How the documents a filter may match are found. */
export type Plan =
  | { readonly kind: 'scan'; readonly reverse: boolean; readonly exact: boolean; readonly sorted: boolean }
  | {
      readonly kind: 'index'
      readonly index: Index
      readonly intervals: readonly Interval[]
      /** no condition is left to check */
      readonly exact: boolean
      /** documents come in the order asked for */
      readonly sorted: boolean
      readonly reverse: boolean
      readonly score: number
    }
  | { readonly kind: 'union'; readonly plans: readonly Plan[]; readonly exact: false; readonly sorted: boolean }

/** What is asked of a plan. `limit` counts skipped documents too; 0 is none. */
export interface Wish {
  readonly filter: Node
  readonly sort: readonly SortField[]
  readonly limit: number
  /** how texts compare in the filter and the sort */
  readonly collation?: Collation | undefined
  /** a hint: only this index, or a scan of all documents, from the first or from the last */
  readonly only?: Index | 'scan' | 'backward'
}

type IndexPlan = Extract<Plan, { kind: 'index' }> & {
  /** how many of the index's leading fields the intervals are about */
  readonly bounded: number
}

/** Whether walking an index gives the sort; fields held to one value do not matter. */
const sortedBy = (index: Index, single: number, wish: Wish): { sorted: boolean; reverse: boolean } => {
  const { sort } = wish
  if (sort.length === 0) return { sorted: true, reverse: false }
  if (index.multikey || !sameCollation(index, wish.collation)) return { sorted: false, reverse: false }
  let turned: boolean | undefined
  let at = 0
  for (let i = 0; i < index.fields.length && at < sort.length; i++) {
    const field = index.fields[i] as SortField
    const wanted = sort[at] as SortField
    if (field.path.text !== wanted.path.text) {
      if (i < single) continue
      return { sorted: false, reverse: false }
    }
    if (index.fields[i]?.hashed && i >= single) return { sorted: false, reverse: false }
    const opposite = field.direction !== wanted.direction
    if (turned === undefined && i >= single) turned = opposite
    if (i >= single && turned !== opposite) return { sorted: false, reverse: false }
    at++
  }
  // what is left of the sort is about fields of one value, or not covered
  return { sorted: at === sort.length, reverse: turned === true }
}

const candidate = (index: Index, wish: Wish, filter: Conditions): IndexPlan | undefined => {
  // a hint takes a sparse index at its word, and what it leaves out is not found
  const asked = wish.only === index && index.sparse && !index.partial
  if (!asked && !holdsAll(index, filter.byPath, wish.collation)) return undefined
  const bounds = boundsOf(index, filter, wish.collation)
  const { sorted, reverse } = sortedBy(index, bounds?.single ?? 0, wish)
  if (!bounds) {
    if (wish.only === undefined && (wish.sort.length === 0 || !sorted)) return undefined
    const exact = filter.others === 0 && filter.byPath.size === 0 && !index.multikey
    return { kind: 'index', index, intervals: WHOLE, exact, sorted, reverse, score: 0, bounded: 0 }
  }
  const whole = index.unique && bounds.equal === index.fields.length
  const score = (whole ? 100 : 0) + bounds.equal * 10 + (bounds.range ? 5 : 0) + (bounds.exact ? 1 : 0)
  const bounded = bounds.equal + (bounds.range ? 1 : 0)
  return { kind: 'index', index, intervals: bounds.intervals, exact: bounds.exact, sorted, reverse, score, bounded }
}

/**
 * Whether a plan leads to no more keys than another, without counting them: its intervals are about the same conditions and
 * perhaps more, and the other's index leaves no document out.
 */
const narrower = (a: IndexPlan, b: IndexPlan): boolean => {
  if (a.index.multikey || b.index.partial || b.index.sparse || b.bounded === 0) return false
  if (!a.sorted && b.sorted) return false
  const about = new Set(a.index.fields.slice(0, a.bounded).map(({ path }) => path.text))
  return b.index.fields.slice(0, b.bounded).every(({ path }) => about.has(path.text))
}

const UNKNOWN_ROWS = 1000

/** Keys in a plan's intervals, counted up to `most`; of a whole index all. */
const rowsOf = (plan: IndexPlan, collection: Collection, most: number): number =>
  plan.score === 0 ? Math.max(collection.count, 1) : estimate(collection, plan.index, plan.intervals, most)

interface Guess {
  /** how many documents match at most: what the narrowest of all plans leads to */
  readonly matching: number
  readonly size: number
}

/** Rows a sorted plan is expected to look at until a limit is reached: matches are thought to lie evenly among its rows. */
const untilLimit = (limit: number, rows: number, { matching, size }: Guess): number => {
  if (matching >= UNKNOWN_ROWS) return rows >= UNKNOWN_ROWS ? Math.max(rows / 2, limit) : rows
  const all = rows < UNKNOWN_ROWS ? rows : size
  return Math.min(all, (limit * all) / Math.max(matching, 1))
}

/** Rows a plan is expected to look at, and what it takes to sort them. */
const costOf = (plan: IndexPlan, limit: number, rows: number, guess: Guess | undefined): number => {
  if (!plan.sorted) return rows * 1.5
  if (limit === 0) return rows
  return plan.exact || !guess ? Math.min(rows, limit) : untilLimit(limit, rows, guess)
}

/** The cheapest of several plans. Keys are counted no further than it takes to know that a plan costs more than another. */
const cheapest = (candidates: IndexPlan[], { limit }: Wish, collection: Collection): IndexPlan => {
  candidates.sort((a, b) => b.score - a.score)
  const plans = candidates.filter((plan, i) => !candidates.slice(0, i).some((better) => narrower(better, plan)))
  if (plans.length === 1) return plans[0] as IndexPlan
  // only a limit that may end a sorted plan early asks how many documents match
  const counts =
    limit > 0 && plans.some(({ sorted, exact }) => sorted && !exact)
      ? plans.map((plan) => rowsOf(plan, collection, UNKNOWN_ROWS))
      : undefined
  const guess = counts && { matching: Math.min(...counts), size: collection.count }
  let best = plans[0] as IndexPlan
  let bestCost = Infinity
  for (const [i, plan] of plans.entries()) {
    const rows = counts?.[i] ?? rowsOf(plan, collection, Math.min(UNKNOWN_ROWS, Math.ceil(bestCost)))
    const cost = costOf(plan, limit, rows, guess)
    if (cost < bestCost) {
      best = plan
      bestCost = cost
    }
  }
  return best
}

const union = (wish: Wish, collection: Collection): Plan | undefined => {
  const parts = wish.filter.kind === 'and' ? wish.filter.parts : [wish.filter]
  const either = parts.find((part) => part.kind === 'or')
  if (either?.kind !== 'or' || either.parts.length === 0) return undefined
  const rest = parts.filter((part) => part !== either)
  const plans: Plan[] = []
  for (const branch of either.parts) {
    const filter: Node = { kind: 'and', parts: [...rest, ...(branch.kind === 'and' ? branch.parts : [branch])] }
    const plan = choosePlan(collection, { filter, sort: [], limit: 0, collation: wish.collation })
    if (plan.kind === 'scan') return undefined
    plans.push(plan)
  }
  return { kind: 'union', plans, exact: false, sorted: wish.sort.length === 0 }
}

/** Picks how to find documents: by an index's bounds, by its order, by several for $or, or by reading them all. */
export const choosePlan = (collection: Collection, wish: Wish): Plan => {
  const filter = conjuncts(wish.filter)
  const nothing = filter.others === 0 && filter.byPath.size === 0
  const reverse = wish.only === 'backward'
  const scan: Plan = { kind: 'scan', reverse, exact: nothing, sorted: wish.sort.length === 0 }
  if (wish.only === 'scan' || wish.only === 'backward' || (nothing && wish.sort.length === 0 && !wish.only)) return scan
  const indexes = wish.only ? [wish.only] : collection.indexes.filter((index) => !index.spec.hidden)
  const plans: IndexPlan[] = []
  for (const index of indexes) {
    const plan = candidate(index, wish, filter)
    if (plan && plan.score >= 100) return plan
    if (plan) plans.push(plan)
  }
  const bounded = plans.filter((plan) => plan.score > 0)
  if (bounded.length === 0 && !wish.only) {
    const either = union(wish, collection)
    if (either) return either
  }
  if (plans.length <= 1) return plans[0] ?? scan
  return cheapest(plans, wish, collection)
}
