import type { Stage } from '../aggregate/context.ts'
import { type From, parsePipeline, runPipeline } from '../aggregate/pipeline.ts'
import { matchesFirst } from '../aggregate/reorder.ts'
import { resolve } from '../aggregate/views.ts'
import { Args } from '../args.ts'
import { toJs } from '../bson/js.ts'
import * as T from '../bson/types.ts'
import { itemsOf, stringOf } from '../bson/value.ts'
import { type Call, type Command, fields } from '../command.ts'
import { Results } from '../cursors.ts'
import { CommandError, typeMismatch } from '../errors.ts'
import { scopeOf } from '../filter/whole.ts'
import { cursorReply } from '../reply.ts'
import { checkViewCollation, collated, hintOf, variablesOf } from './statement-args.ts'

const DEFAULT_BATCH = 101

/** The pipeline of an aggregate, parsed, behind the stages of the view it may be for. */
export const parseAggregate = ({
  engine,
  args,
  db,
}: Omit<Call, 'connectionId'>): { stages: Stage[]; from: From; name: string } => {
  const target = args.fields.get('aggregate')
  const name = target?.type === T.STRING ? stringOf(target) : ''
  const own = name === '' ? undefined : engine.catalog.find(db, name)
  checkViewCollation(args, own)
  const variables = collated(variablesOf(args), args, own)
  const v = args.get('pipeline')
  if (!v) throw new CommandError(40414, "BSON field 'aggregate.pipeline' is missing but a required field")
  if (v.type !== T.ARRAY) throw typeMismatch("'pipeline' option must be specified as an array")
  const stages = parsePipeline(itemsOf(v), { engine, db, scope: scopeOf(variables), coll: name })
  if (name === '' && !stages[0]?.source)
    throw new CommandError(
      73,
      '{aggregate: 1} is not valid for a pipeline that does not begin with a stage that makes documents',
    )
  const view = name === '' ? undefined : resolve(engine, db, name)
  const collection = view?.collection
  const hint = collection ? hintOf(collection, args.get('hint')) : {}
  const from = { collection, collation: variables.collation, ...hint }
  return { stages: view?.stages.length ? matchesFirst([...view.stages, ...stages]) : stages, from, name }
}

const CURSOR_FIELDS = fields('batchSize')
const WRITES = new Set(['$out', '$merge'])

const batchSizeOf = (call: Call): number => {
  const cursor = call.args.doc('cursor')
  if (!cursor && !call.args.has('explain'))
    throw new CommandError(9, "The 'cursor' option is required, except for aggregate with the explain argument")
  if (!cursor) return DEFAULT_BATCH
  const inner = new Args(cursor, new Map(), 'aggregate.cursor')
  inner.allow(CURSOR_FIELDS)
  return inner.count('batchSize') ?? DEFAULT_BATCH
}

const run = (call: Call): Buffer => {
  const { engine, args, db } = call
  const { stages, from, name } = parseAggregate(call)
  const size = batchSizeOf(call)
  const ns = `${db}.${name === '' ? '$cmd.aggregate' : name}`
  if (!WRITES.has(stages.at(-1)?.name ?? '')) {
    const results = new Results(runPipeline(stages, from))
    return cursorReply(ns, 'firstBatch', results, size, () => engine.cursors.add(ns, results).id)
  }
  if (engine.transactions.inside) throw new CommandError(263, '$out and $merge cannot be used in a transaction')
  const level = args.doc('readConcern')
  if (level && toJs(level).level === 'linearizable')
    throw new CommandError(72, '$out and $merge cannot be used with read concern linearizable')
  for (const _doc of runPipeline(stages, from));
  return cursorReply(ns, 'firstBatch', new Results([]), 0, () => 0n)
}

export const aggregate: Command = {
  fields: fields(
    'pipeline',
    'cursor',
    'let',
    'hint',
    'collation',
    'allowDiskUse',
    'bypassDocumentValidation',
    'explain',
    'fromMongos',
    'needsMerge',
  ),
  concern: true,
  run,
}
