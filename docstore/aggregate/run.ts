import type { Document } from 'bson'
import { Aggregator } from 'mingo/aggregator'
import { toBson, toJs } from '../bson/js.ts'
import { docValue } from '../bson/value.ts'
import { streamRows } from '../commands/rows.ts'
import type { Engine } from '../engine.ts'
import { CommandError } from '../errors.ts'
import type { Variables } from '../filter/whole.ts'
import { choosePlan, type Plan, type Wish } from '../plan/choose.ts'
import { countByIndex } from '../plan/scan.ts'
import type { Collection } from '../store/collection.ts'
import { context } from './context.ts'
import { type Leading, leadingStages } from './leading.ts'
import { mingoOptions, runMingo } from './mingo.ts'

/** What a pipeline runs over. */
export interface Source {
  readonly engine: Engine
  readonly db: string
  readonly collection: Collection | undefined
  readonly variables: Variables
  readonly only?: Wish['only']
}

/** A view's collection with the stages that stand before the reader's own. Throws 165 for views nested too deeply. */
export const resolveView = (
  engine: Engine,
  db: string,
  name: string,
): { collection: Collection | undefined; stages: Document[] } => {
  let collection = engine.catalog.find(db, name)
  let stages: Document[] = []
  for (let depth = 0; collection?.options.viewOn; depth++) {
    if (depth > 20) throw new CommandError(165, 'View depth too deep or view cycle detected')
    stages = [...(collection.options.pipeline ?? []), ...stages]
    collection = engine.catalog.find(db, collection.options.viewOn)
  }
  return { collection, stages }
}

/** Every document of another collection of the database, for $lookup and its like. */
const resolver = (source: Source) => {
  return (name: string): Document[] => {
    const { collection, stages } = resolveView(source.engine, source.db, name)
    return [...runStages({ ...source, collection, variables: {} }, stages)].map((doc) => toJs(docValue(doc)))
  }
}

const fixed = (stages: readonly Document[]): Document[] =>
  stages.flatMap((stage) =>
    typeof stage.$count === 'string'
      ? [{ $group: { _id: null, [stage.$count]: { $sum: 1 } } }, { $project: { _id: 0 } }]
      : [stage],
  )

const throughMingo = (source: Source, rows: Iterable<Document>, stages: readonly Document[]): Document[] =>
  runMingo(() => {
    const options = mingoOptions(source.variables.values, { context, collectionResolver: resolver(source) })
    return new Aggregator(fixed(stages), options).run<Document>([...rows])
  })

const counted = (leading: Leading, n: number): Document[] => {
  const { count } = leading
  if (!count || n === 0) return []
  return [count.id ? { _id: count.id.value, [count.field]: n } : { [count.field]: n }]
}

function* skipped<R>(rows: Iterable<R>, skip: number): Generator<R> {
  let at = 0
  for (const row of rows) if (at++ >= skip) yield row
}

const planned = (source: Source, wish: Wish): Plan => choosePlan(source.collection as Collection, wish)

const countOf = (collection: Collection, leading: Leading, plan: Plan): number => {
  const { wish, skip } = leading
  let n = wish.limit ? undefined : countByIndex(collection, plan)
  if (n === undefined) {
    n = 0
    for (const _row of streamRows(collection, { ...wish, sort: [] }, plan)) n++
  }
  return Math.max(n - skip, 0)
}

/** The results of a pipeline as stored bytes; what mingo need not see is never decoded. */
export function* runStages(source: Source, stages: readonly Document[]): Generator<Buffer> {
  const { collection } = source
  const first = stages[0]?.$documents
  if (first !== undefined) {
    const docs = throughMingo(source, [{}], [{ $replaceWith: { list: first } }])[0]?.list
    if (!Array.isArray(docs)) throw new CommandError(5858203, '$documents needs an array of documents')
    for (const doc of throughMingo(source, docs, stages.slice(1))) yield toBson(doc)
    return
  }
  const leading = leadingStages(stages, source.variables)
  const wish = source.only ? { ...leading.wish, only: source.only } : leading.wish
  if (leading.count) {
    const n = collection ? countOf(collection, leading, planned(source, { ...wish, sort: [] })) : 0
    for (const doc of throughMingo(source, counted(leading, n), leading.rest)) yield toBson(doc)
    return
  }
  const rows = collection ? skipped(streamRows(collection, wish, planned(source, wish)), leading.skip) : []
  if (leading.rest.length === 0) {
    for (const row of rows) yield row.doc
    return
  }
  const docs = (function* () {
    for (const row of rows) yield toJs(docValue(row.doc))
  })()
  for (const doc of throughMingo(source, docs, leading.rest)) yield toBson(doc)
}
