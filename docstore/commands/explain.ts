import type { Document } from 'bson'
import { frontOf } from '../aggregate/run.ts'
import { Args } from '../args.ts'
import { valueToJs } from '../bson/js.ts'
import { type Call, type Command, fields } from '../command.ts'
import { CommandError } from '../errors.ts'
import { parseFilter } from '../filter/parse.ts'
import { choosePlan, type Plan, type Wish } from '../plan/choose.ts'
import { countByIndex, countsByIndex, matchingRows, type Seen } from '../plan/scan.ts'
import { parseSort } from '../plan/sort.ts'
import { okReply } from '../reply.ts'
import type { Collection } from '../store/collection.ts'
import { parseQuery, planQuery } from './find.ts'
import { parseAggregate } from './parse-aggregate.ts'
import { collated, hintIn, hintOf, variablesOf } from './statement-args.ts'
import { VERSION } from './version.ts'

const stageOf = (plan: Plan, wish: Wish): Document => {
  let stage = leafOf(plan)
  if (!plan.sorted)
    stage = {
      stage: 'SORT',
      sortPattern: Object.fromEntries(wish.sort.map((f) => [f.path.text, f.direction])),
      inputStage: stage,
    }
  return wish.limit ? { stage: 'LIMIT', limitAmount: wish.limit, inputStage: stage } : stage
}

const countStageOf = (plan: Plan): Document => {
  if (plan.kind !== 'index') return { stage: 'COUNT', inputStage: { stage: 'RECORD_STORE_FAST_COUNT' } }
  const { keyPattern, indexName } = leafOf(plan).inputStage
  return { stage: 'COUNT', inputStage: { stage: 'COUNT_SCAN', keyPattern, indexName } }
}

const leafOf = (plan: Plan): Document => {
  if (plan.kind === 'scan') return { stage: 'COLLSCAN', direction: plan.reverse ? 'backward' : 'forward' }
  if (plan.kind === 'union')
    return { stage: 'SUBPLAN', inputStage: { stage: 'OR', inputStages: plan.plans.map(leafOf) } }
  const { index } = plan
  return {
    stage: 'FETCH',
    residualFilter: !plan.exact,
    inputStage: {
      stage: 'IXSCAN',
      keyPattern: index.spec.key,
      indexName: index.name,
      isMultiKey: index.multikey,
      isUnique: index.unique,
      isSparse: index.sparse,
      isPartial: index.partial !== undefined,
      direction: plan.reverse ? 'backward' : 'forward',
      intervals: plan.intervals.length,
    },
  }
}

interface Planned {
  readonly collection: Collection | undefined
  readonly name: string
  readonly wish: Wish
  readonly plan: Plan
}

const scanOf = (wish: Wish): Plan => ({ kind: 'scan', reverse: false, exact: false, sorted: wish.sort.length === 0 })

const EXPLAINED = new Set([
  'find',
  'aggregate',
  'count',
  'distinct',
  'findAndModify',
  'findandmodify',
  'update',
  'delete',
])

const planOf = (call: Call, inner: Args): Planned => {
  if (!EXPLAINED.has(inner.name)) throw new CommandError(59, `Explain failed due to unknown command: ${inner.name}`)
  const name = inner.collection()
  const collection = call.engine.catalog.find(call.db, name)
  const innerCall = { ...call, args: inner }
  if (inner.name === 'find') {
    const query = parseQuery(innerCall, collated(variablesOf(inner), inner, collection))
    if (!collection) return { collection, name, wish: query.wish, plan: scanOf(query.wish) }
    return { collection, name, ...planQuery(innerCall, collection, query) }
  }
  if (inner.name === 'aggregate') {
    const { stages, from } = parseAggregate(innerCall)
    const { wish } = frontOf(stages, from.collation)
    const asked = from.only ? { ...wish, only: from.only } : wish
    return { ...from, name, wish: asked, plan: from.collection ? choosePlan(from.collection, asked) : scanOf(asked) }
  }
  const wish = wishOf(inner, collection)
  return { collection, name, wish, plan: collection ? choosePlan(collection, wish) : scanOf(wish) }
}

const changesOne = ({ name }: Args): boolean => name === 'findAndModify' || name === 'findandmodify'

const countLimit = (args: Args): number => {
  const limit = Math.abs(args.number('limit') ?? 0)
  return limit && limit + (args.count('skip') ?? 0)
}

const wishOf = (inner: Args, collection: Collection | undefined): Wish => {
  const scope = collated(variablesOf(inner), inner, collection)
  const hint = { collation: scope.collation, ...hintOf(collection, hintIn(inner)) }
  switch (inner.name) {
    case 'count':
    case 'distinct':
    case 'findAndModify':
    case 'findandmodify':
      return {
        filter: parseFilter(inner.doc('query'), scope),
        sort: changesOne(inner) ? parseSort(inner.doc('sort')) : [],
        limit: changesOne(inner) ? 1 : inner.name === 'count' ? countLimit(inner) : 0,
        ...hint,
      }
    default: {
      const [first] = inner.docs(inner.name === 'update' ? 'updates' : 'deletes')
      const statement = first && new Args(first, new Map(), inner.name)
      const own = statement ? collated(scope, statement, collection) : scope
      const only = hintOf(collection, statement && hintIn(statement))
      const all = inner.name === 'update' ? statement?.flag('multi') === true : statement?.number('limit') === 0
      return {
        filter: parseFilter(statement?.doc('q'), own),
        sort: parseSort(statement?.doc('sort')),
        limit: all ? 0 : 1,
        collation: own.collation,
        ...only,
      }
    }
  }
}

interface Reading {
  readonly wish: Wish
  readonly plan: Plan
  /** a count that reads no document */
  readonly counts: boolean
}

/** Reads what a plan leads to; the number of documents that the command would get. */
const readBy = (collection: Collection, { wish, plan, counts }: Reading, seen: Seen): number => {
  if (counts) {
    const n = countByIndex(collection, plan) ?? 0
    if (plan.kind === 'index') seen.keys = n
    return n
  }
  let n = 0
  for (const _row of matchingRows(collection, plan, wish.filter, plan.sorted ? wish.limit : 0, seen))
    if (++n === wish.limit && plan.sorted) break
  return wish.limit ? Math.min(n, wish.limit) : n
}

/** Tells the plan of a command, given by its arguments, and at other verbosities how much it read. */
export const explained = (call: Call, inner: Args, verbosity: string): Buffer => {
  const { collection, name, wish, plan } = planOf(call, inner)
  const counts = inner.name === 'count' && collection !== undefined && countsByIndex(plan)
  const winningPlan = collection ? (counts ? countStageOf(plan) : stageOf(plan, wish)) : { stage: 'EOF' }
  const queryPlanner = { namespace: `${call.db}.${name}`, parsedQuery: {}, winningPlan, rejectedPlans: [] }
  const command = Object.fromEntries([...inner.fields].map(([key, v]) => [key, valueToJs(v)]))
  const reply: Document = { explainVersion: '1', queryPlanner, command, serverInfo: { version: VERSION } }
  if (verbosity === 'queryPlanner') return okReply(reply)
  const seen: Seen = { keys: 0, docs: 0 }
  const nReturned = collection ? readBy(collection, { wish, plan, counts }, seen) : 0
  reply.executionStats = {
    executionSuccess: true,
    nReturned,
    totalKeysExamined: seen.keys,
    totalDocsExamined: seen.docs,
    executionTimeMillis: 0,
    executionStages: winningPlan,
  }
  return okReply(reply)
}

/** Tells the plan of a command; `isKnown` says whether there is one of a name. Throws 20 for those that have no plan. */
export const explainAmong = (isKnown: (name: string) => boolean): Command => ({
  fields: fields('verbosity'),
  run: (call) => {
    const doc = call.args.doc('explain')
    if (!doc) throw new CommandError(9, 'explain needs a command')
    const verbosity = call.args.text('verbosity') ?? 'allPlansExecution'
    if (!['queryPlanner', 'executionStats', 'allPlansExecution'].includes(verbosity))
      throw new CommandError(9, `Enumeration value '${verbosity}' for field 'explain.verbosity' is not a valid value.`)
    const inner = new Args(doc, new Map())
    if (isKnown(inner.name) && !EXPLAINED.has(inner.name))
      throw new CommandError(20, `Cannot explain cmd: ${inner.name}`)
    return explained(call, inner, verbosity)
  },
})
