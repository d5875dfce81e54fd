import type { Collation } from '../collation/collation.ts'
import { EVERYTHING, type Node } from '../filter/node.ts'
import { choosePlan, type Wish } from '../plan/choose.ts'
import { countByIndex, matchingRows } from '../plan/scan.ts'
import { sortRows } from '../plan/sort.ts'
import type { Collection } from '../store/collection.ts'
import type { Stage } from './context.ts'
import { countDoc } from './list-stages.ts'

/** What a pipeline runs over. */
export interface From {
  readonly collection: Collection | undefined
  readonly collation: Collation | undefined
  /** a hint */
  readonly only?: Wish['only']
}

/** The stages in front that a plan answers, and those that are left. */
export interface Front {
  readonly wish: Wish
  readonly skip: number
  readonly count: Stage['count']
  readonly rest: readonly Stage[]
}

/** Takes `$match`, `$sort`, `$skip`, `$limit` and a count from the front of a pipeline. */
export const frontOf = (stages: readonly Stage[], collation: Collation | undefined): Front => {
  const parts: Node[] = []
  let at = 0
  const next = (): Stage | undefined => stages[at]
  for (let node = next()?.match; node; node = stages[++at]?.match)
    parts.push(...(node.kind === 'and' ? node.parts : [node]))
  const sort = next()?.sort ?? []
  if (sort.length) at++
  const skip = next()?.skip ?? 0
  if (next()?.skip !== undefined) at++
  const limit = next()?.limit ?? 0
  if (limit) at++
  const count = next()?.count
  if (count) at++
  const filter: Node = parts.length === 1 ? (parts[0] as Node) : parts.length ? { kind: 'and', parts } : EVERYTHING
  return { wish: { filter, sort, limit: limit ? limit + skip : 0, collation }, skip, count, rest: stages.slice(at) }
}

function* found(collection: Collection, { wish, skip }: Front, only: Wish['only']): Generator<Buffer> {
  const asked = only ? { ...wish, only } : wish
  const plan = choosePlan(collection, asked)
  const rows = matchingRows(collection, plan, wish.filter, plan.sorted ? wish.limit : 0)
  let at = 0
  for (const { doc } of plan.sorted ? rows : sortRows(rows, wish)) {
    if (at++ >= skip) yield doc
    if (at === wish.limit) return
  }
}

function* counted(collection: Collection | undefined, front: Front, only: Wish['only']): Generator<Buffer> {
  const { wish, skip, count } = front
  if (!collection || !count) return
  const asked = { ...wish, sort: [], ...(only ? { only } : {}) }
  let n = wish.limit ? undefined : countByIndex(collection, choosePlan(collection, asked))
  if (n === undefined) {
    n = 0
    for (const _doc of found(collection, { ...front, skip: 0, wish: asked }, only)) n++
  }
  if (n > skip) yield countDoc(count.field, n - skip, count.id)
}

/** A sort of which only the first are wanted need not keep the others. */
const limited = (stage: Stage, next: Stage | undefined, afterNext: Stage | undefined): Stage => {
  if (!stage.first) return stage
  const limit = next?.skip === undefined ? next?.limit : afterNext?.limit
  return limit ? stage.first(limit + (next?.skip ?? 0)) : stage
}

const through = (rows: Iterable<Buffer>, stages: readonly Stage[]): Iterable<Buffer> =>
  stages.reduce((docs, stage, i) => limited(stage, stages[i + 1], stages[i + 2]).run(docs), rows)

/** Runs parsed stages over a collection: what a plan can answer by the plan, the rest one after the other. */
export const runPipeline = (stages: readonly Stage[], { collection, collation, only }: From): Iterable<Buffer> => {
  if (stages[0]?.source) return through([], stages)
  const front = frontOf(stages, collation)
  if (front.count) return through(counted(collection, front, only), front.rest)
  return through(collection ? found(collection, front, only) : [], front.rest)
}

/** Runs parsed stages over documents that are at hand. */
export const runOver = (docs: Iterable<Buffer>, stages: readonly Stage[]): Iterable<Buffer> => through(docs, stages)
