import type { Document } from 'bson'
import { runOutput } from '../aggregate/output.ts'
import { resolveView, runStages, type Source } from '../aggregate/run.ts'
import { checkPipeline, checkVariables } from '../aggregate/stages.ts'
import { toBson, toJs } from '../bson/js.ts'
import * as T from '../bson/types.ts'
import { itemsOf, stringOf } from '../bson/value.ts'
import { type Call, type Command, fields } from '../command.ts'
import { Results } from '../cursors.ts'
import { CommandError, typeMismatch } from '../errors.ts'
import { cursorReply } from '../reply.ts'
import { checkViewCollation, collated, hintOf, variablesOf } from './statement-args.ts'
import { collStats, indexStats } from './statistics.ts'

const DEFAULT_BATCH = 101

const stagesOf = ({ args }: Call): Document[] => {
  const v = args.get('pipeline')
  if (v?.type !== T.ARRAY) throw typeMismatch("'pipeline' option must be specified as an array")
  return itemsOf(v).map((stage) => {
    if (stage.type !== T.OBJECT) throw typeMismatch("Each element of the 'pipeline' array must be an object")
    return toJs(stage)
  })
}

/** Whether a pipeline writes: such an aggregate must wait for its commit. */
const writesTo = (stages: readonly Document[]): boolean => {
  const last = stages.at(-1)
  return last?.$out !== undefined || last?.$merge !== undefined
}

const resultsOf = (source: Source, stages: readonly Document[]): Iterable<Buffer> => {
  const { collection } = source
  if (stages[0]?.$collStats && collection) return [toBson(collStats(source.engine, collection))]
  if (stages[0]?.$indexStats && collection) return indexStats(collection).map((doc) => toBson(doc))
  return runStages(source, stages)
}

const batchSizeOf = (call: Call): number => {
  const cursor = call.args.doc('cursor')
  if (!cursor && !call.args.has('explain'))
    throw new CommandError(9, "The 'cursor' option is required, except for aggregate with the explain argument")
  const size = cursor && toJs(cursor).batchSize
  return typeof size === 'number' ? size : DEFAULT_BATCH
}

/** Runs an aggregate command; explain uses it for its checks. */
const run = (call: Call): Buffer => {
  const { engine, args, db } = call
  const target = args.fields.get('aggregate')
  const name = target?.type === T.STRING ? stringOf(target) : '$cmd.aggregate'
  const stages = stagesOf(call)
  const variables = variablesOf(args)
  checkPipeline(stages)
  checkVariables(stages, Object.keys(variables.values ?? {}))
  const size = batchSizeOf(call)
  const target0 = engine.catalog.find(db, name)
  checkViewCollation(args, target0)
  const view = resolveView(engine, db, name)
  const hint = view.collection ? hintOf(view.collection, args.get('hint')) : {}
  const source: Source = {
    engine,
    db,
    collection: view.collection,
    variables: collated(variables, args, target0),
    ...hint,
  }
  const all = [...view.stages, ...stages]
  const ns = `${db}.${name}`
  if (writesTo(all)) {
    if (engine.transactions.inside) throw new CommandError(263, '$out and $merge cannot be used in a transaction')
    const level = args.doc('readConcern')
    if (level && toJs(level).level === 'linearizable')
      throw new CommandError(72, '$out and $merge cannot be used with read concern linearizable')
    runOutput(source, all.at(-1) as Document, [...resultsOf(source, all.slice(0, -1))])
    return cursorReply(ns, 'firstBatch', new Results([]), 0, () => 0n)
  }
  const results = new Results(resultsOf(source, all))
  return cursorReply(ns, 'firstBatch', results, size, () => engine.cursors.add(ns, results).id)
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
