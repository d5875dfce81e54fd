import { runPipeline } from '../aggregate/run.ts'
import { Args } from '../args.ts'
import { toJs } from '../bson/js.ts'
import { type Call, type Command, fields } from '../command.ts'
import { Results } from '../cursors.ts'
import { CommandError } from '../errors.ts'
import { cursorReply } from '../reply.ts'
import { explained } from './explain.ts'
import { parseAggregate } from './parse-aggregate.ts'

const DEFAULT_BATCH = 101

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

/** Stages that transactions may not have. */
const OUTSIDE = new Set(['$collStats', '$currentOp', '$indexStats', '$listLocalSessions', '$unionWith'])

const run = (call: Call): Buffer => {
  const { engine, args, db } = call
  if (args.bool('explain')) return explained(call, args, 'queryPlanner')
  const { stages, from, name } = parseAggregate(call)
  const beside = stages.find(({ name: stage }) => OUTSIDE.has(stage))
  if (beside && args.bool('autocommit') === false)
    throw new CommandError(263, `Stage not supported inside of a multi-document transaction: ${beside.name}`)
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
