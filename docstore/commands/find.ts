import { projectTree, shaper } from '../aggregate/project.ts'
import { viewDocs } from '../aggregate/views.ts'
import { entriesOf, isEmptyDoc, type Value } from '../bson/value.ts'
import { type Call, type Command, fields } from '../command.ts'
import { Results } from '../cursors.ts'
import { badValue, CommandError } from '../errors.ts'
import type { Node } from '../filter/node.ts'
import { readNumber } from '../filter/number.ts'
import { parseFilter } from '../filter/parse.ts'
import { scopeOf, type Variables } from '../filter/whole.ts'
import { choosePlan, type Plan, type Wish } from '../plan/choose.ts'
import { parseSort, sortRows } from '../plan/sort.ts'
import { parseProjection } from '../project/parse.ts'
import type { Projection } from '../project/pick.ts'
import { cursorReply } from '../reply.ts'
import type { Collection } from '../store/collection.ts'
import { boundedPlan, checkFindOptions, checkViewOptions, shownOf } from './find-options.ts'
import { streamRows } from './rows.ts'
import { checkViewCollation, collated, hintIn, hintOf, variablesOf } from './statement-args.ts'
import { Tail } from './tail.ts'

export const FIND_FIELDS = fields(
  'filter',
  'sort',
  'projection',
  'hint',
  'skip',
  'limit',
  'batchSize',
  'singleBatch',
  'max',
  'min',
  'returnKey',
  'showRecordId',
  'tailable',
  'oplogReplay',
  'noCursorTimeout',
  'awaitData',
  'allowPartialResults',
  'collation',
  'allowDiskUse',
  'let',
)

const DEFAULT_BATCH = 101

/** A find's parts, parsed and checked. */
export interface Query {
  readonly filter: Node
  readonly wish: Omit<Wish, 'only'>
  readonly skip: number
  readonly project: Projection
  readonly natural: boolean
}

/** On a view, which is an aggregation, a projection is a $project. */
const viewProjection = (v: Value | undefined, _filter: Node, variables: Variables): Projection => {
  if (!v || isEmptyDoc(v)) return (doc) => doc
  const scope = scopeOf(variables)
  return shaper(projectTree(v, scope), scope)
}

/** Parses what a find or an explained find asks. */
export const parseQuery = (call: Call, variables: Variables, onView = false): Query => {
  const { args } = call
  checkFindOptions(call)
  hintIn(args)
  const filter = parseFilter(args.doc('filter'), variables)
  const sortDoc = args.doc('sort')
  const natural = sortDoc && entriesOf(sortDoc).find(([name]) => name === '$natural')?.[1]
  const sort = natural ? [] : parseSort(sortDoc)
  const skip = args.count('skip') ?? 0
  const limit = args.count('limit') ?? 0
  const project = (onView ? viewProjection : parseProjection)(args.doc('projection'), filter, variables)
  return {
    filter,
    wish: { filter, sort, limit: limit ? limit + skip : 0, collation: variables.collation },
    skip,
    project,
    natural: natural ? readNumber(natural) < 0 : false,
  }
}

/** The plan of a query, after its hint. */
export const planQuery = (call: Call, collection: Collection, query: Query): { wish: Wish; plan: Plan } => {
  const hint = hintIn(call.args)
  const wish: Wish = { ...query.wish, ...hintOf(collection, hint) }
  if (query.natural)
    return { wish: { ...wish, only: 'scan' }, plan: { kind: 'scan', reverse: true, exact: false, sorted: true } }
  return { wish, plan: boundedPlan(call, wish) ?? choosePlan(collection, wish) }
}

function* resultsOf(call: Call, collection: Collection, query: Query): Generator<Buffer> {
  const { wish, plan } = planQuery(call, collection, query)
  const shown = shownOf(call, plan, query.project)
  let at = 0
  for (const row of streamRows(collection, wish, plan)) if (at++ >= query.skip) yield shown(row)
}

const tailOf = (call: Call, collection: Collection | undefined, { filter, project, skip, wish }: Query): Results => {
  if (collection && !collection.options.capped)
    throw badValue(`error processing query: ns=${collection.ns}: tailable cursor requested on non capped collection`)
  if (!collection || collection.count === 0) return new Results([])
  const scan: Plan = { kind: 'scan', reverse: false, exact: false, sorted: true }
  const left = { skip, limit: wish.limit ? wish.limit - skip : Number.POSITIVE_INFINITY }
  return new Results(new Tail(call.engine, collection, filter, shownOf(call, scan, project), left), {
    awaitData: call.args.bool('awaitData') ?? false,
  })
}

function* viewResults({ engine, args, db }: Call, query: Query): Generator<Buffer> {
  const { wish, skip, project } = query
  const docs = viewDocs(engine, db, args.collection(), query.filter, query.natural ? 'backward' : undefined)
  const rows = (function* () {
    for (const doc of docs) yield { doc }
  })()
  let at = 0
  for (const { doc } of wish.sort.length ? sortRows(rows, wish) : rows) {
    if (at++ >= skip) yield project(doc)
    if (at === wish.limit) return
  }
}

const run = (call: Call): Buffer => {
  const { engine, args, db } = call
  const name = args.collection()
  if (name.startsWith('$')) throw new CommandError(73, `Invalid namespace specified '${db}.${name}'`)
  const ns = `${db}.${name}`
  const collection = engine.catalog.find(db, name)
  checkViewCollation(args, collection)
  const variables = collated(variablesOf(args), args, collection)
  const query = parseQuery(call, variables, collection?.options.viewOn !== undefined)
  let source: Iterable<Buffer> = []
  if (collection?.options.viewOn || collection?.options.timeseries) checkViewOptions(call)
  if (collection?.options.viewOn) source = viewResults(call, query)
  else if (collection) source = resultsOf(call, collection, query)
  const results = args.bool('tailable') ? tailOf(call, collection, query) : new Results(source)
  const single = args.bool('singleBatch')
  const size = args.count('batchSize') ?? DEFAULT_BATCH
  return cursorReply(ns, 'firstBatch', results, size, () => (single ? 0n : engine.cursors.add(ns, results).id))
}

export const find: Command = { fields: FIND_FIELDS, run }
