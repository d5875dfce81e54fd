import { docValue } from '../bson/value.ts'
import { matches } from '../filter/match.ts'
import type { Node } from '../filter/node.ts'
import { asBuffer, type Collection, type Row } from '../store/collection.ts'
import { type Interval, WHOLE } from './bounds.ts'
import type { Plan } from './choose.ts'
import { checkDeadline } from './deadline.ts'
import { type Statements, statementsOf } from './statements.ts'
import { work } from './work.ts'

type IndexRow = [Uint8Array, number, Uint8Array]

const FIRST_CHUNK = 128
const CHUNK = 1024
/** single values of a unique index that are looked up together; of others one value may have any number of documents */
const POINTS = 64
/** nothing lies between a key and the same key followed by NUL */
const NUL = Buffer.from([0])

/** Counters for explain. */
export interface Seen {
  keys: number
  docs: number
}

const row = ([, rid, doc]: IndexRow): Row => ({ rid, doc: asBuffer(doc) })

function* forwardRows(
  collection: Collection,
  plan: Extract<Plan, { kind: 'index' }>,
  interval: Interval,
  first: number,
): Generator<Row> {
  const { forward } = statementsOf(collection, plan.index)
  let key: Uint8Array = interval.low
  let rid = -1
  for (let size = first; ; size = CHUNK) {
    const rows = forward.all(interval.high, key, rid, size) as unknown as IndexRow[]
    for (const found of rows) yield row(found)
    if (rows.length < size) return
    ;[key, rid] = rows.at(-1) as IndexRow
  }
}

function* backwardRows(
  collection: Collection,
  plan: Extract<Plan, { kind: 'index' }>,
  interval: Interval,
  first: number,
): Generator<Row> {
  const { backward } = statementsOf(collection, plan.index)
  let key: Uint8Array = interval.high
  let rid = -1
  for (let size = first; ; size = CHUNK) {
    const rows = backward.all(interval.low, key, rid, size) as unknown as IndexRow[]
    for (const found of rows) yield row(found)
    if (rows.length < size) return
    ;[key, rid] = rows.at(-1) as IndexRow
  }
}

type IndexPlan = Extract<Plan, { kind: 'index' }>

/** The documents of one value. */
const pointRows = ({ point }: Statements, plan: IndexPlan, key: Uint8Array): IndexRow[] => {
  if (plan.index.unique) {
    const found = point.get(key) as unknown as IndexRow | undefined
    return found ? [found] : []
  }
  const rows = point.all(key) as unknown as IndexRow[]
  return plan.reverse ? rows.toReversed() : rows
}

/** The end of the run of single values that starts at `from`. */
const runEnd = (intervals: readonly Interval[], from: number): number => {
  let to = from
  while (to < intervals.length && to < from + POINTS && intervals[to]?.point) to++
  return to
}

function* indexRows(collection: Collection, plan: IndexPlan, first: number): Generator<Row> {
  const statements = statementsOf(collection, plan.index)
  const intervals = plan.reverse ? plan.intervals.toReversed() : plan.intervals
  for (let i = 0; i < intervals.length; ) {
    const interval = intervals[i] as Interval
    const to = first < POINTS || !plan.index.unique ? i + 1 : runEnd(intervals, i)
    if (!interval.point) {
      yield* plan.reverse
        ? backwardRows(collection, plan, interval, first)
        : forwardRows(collection, plan, interval, first)
      i++
    } else if (to === i + 1) {
      for (const found of pointRows(statements, plan, interval.low)) yield row(found)
      i++
    } else {
      const run = intervals.slice(i, to)
      const found = collection.together(() => run.map(({ low }) => pointRows(statements, plan, low)))
      for (const rows of found) for (const one of rows) yield row(one)
      i = to
    }
  }
}

function* allRows(collection: Collection, reverse: boolean, first: number): Generator<Row> {
  let last = reverse ? Number.MAX_SAFE_INTEGER : -1
  const statement = reverse ? collection.prevDocs : collection.nextDocs
  for (let size = first; ; size = CHUNK) {
    const rows = statement.all(last, size) as unknown as [number, Uint8Array][]
    for (const [rid, doc] of rows) yield { rid, doc: asBuffer(doc) }
    if (rows.length < size) return
    last = (rows.at(-1) as [number, Uint8Array])[0]
  }
}

function* once(rows: Iterable<Row>): Generator<Row> {
  const seen = new Set<number>()
  for (const found of rows) {
    if (seen.has(found.rid)) continue
    seen.add(found.rid)
    yield found
  }
}

function* unionRows(collection: Collection, plans: readonly Plan[], seen: Seen | undefined): Generator<Row> {
  for (const plan of plans) yield* planRows(collection, plan, 0, seen)
}

function* counted(rows: Iterable<Row>, seen: Seen): Generator<Row> {
  for (const found of rows) {
    seen.keys++
    yield found
  }
}

const byId = ({ idIndex: index }: Collection, reverse: boolean): Extract<Plan, { kind: 'index' }> => ({
  kind: 'index',
  index,
  intervals: WHOLE,
  exact: false,
  sorted: true,
  reverse,
  score: 0,
})

/** The documents a plan leads to, in its order, each once. Reads in chunks and holds no statement open between them. */
export const planRows = (collection: Collection, plan: Plan, limit: number, seen?: Seen): Iterable<Row> => {
  const first = limit > 0 ? Math.min(limit, CHUNK) : FIRST_CHUNK
  switch (plan.kind) {
    case 'scan':
      // documents of a clustered collection lie in the order of their ids
      return collection.options.clusteredIndex
        ? indexRows(collection, byId(collection, plan.reverse), first)
        : allRows(collection, plan.reverse, first)
    case 'index': {
      const rows = indexRows(collection, plan, first)
      const keyed = seen ? counted(rows, seen) : rows
      return plan.index.multikey ? once(keyed) : keyed
    }
    case 'union':
      return once(unionRows(collection, plan.plans, seen))
  }
}

/** The documents that match a filter, found by the plan. */
export function* matchingRows(
  collection: Collection,
  plan: Plan,
  filter: Node,
  limit = 0,
  seen?: Seen,
): Generator<Row> {
  let read = 0
  work.plan ??= plan
  for (const found of planRows(collection, plan, plan.exact ? limit : 0, seen)) {
    if ((read++ & 0xff) === 0) checkDeadline()
    if (seen) seen.docs++
    work.docs++
    if (plan.exact || matches(filter, docValue(found.doc))) yield found
  }
}

/** Whether a plan can count without reading a document. */
export const countsByIndex = (plan: Plan): boolean =>
  plan.exact && (plan.kind === 'scan' || (plan.kind === 'index' && !plan.index.multikey))

/** The number of matching documents without reading them, undefined where they must be read. */
export const countByIndex = (collection: Collection, plan: Plan): number | undefined => {
  if (!countsByIndex(plan) || plan.kind === 'union') return undefined
  work.plan ??= plan
  if (plan.kind === 'scan') return collection.count
  const { count } = statementsOf(collection, plan.index)
  let total = 0
  for (const { low, high, point } of plan.intervals)
    total += Number(count.get(low, point ? Buffer.concat([low, NUL]) : high)?.n)
  return total
}
