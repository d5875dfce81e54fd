import { hostname } from 'node:os'
import { Long } from 'bson'
import { Args } from '../args.ts'
import { toBson } from '../bson/js.ts'
import * as T from '../bson/types.ts'
import { entriesOf, type Value } from '../bson/value.ts'
import { operations } from '../commands/operations.ts'
import { collStats, indexStats, scaleOf } from '../commands/statistics.ts'
import { CommandError } from '../errors.ts'
import { typeOf } from '../expression/operator.ts'
import type { Collection } from '../store/collection.ts'
import type { Context, Stage } from './context.ts'

const targetOf = ({ engine, db, coll = '' }: Context): Collection | undefined => {
  const collection = engine.catalog.find(db, coll)
  if (collection?.options.viewOn) throw new CommandError(166, `Namespace ${db}.${coll} is a view, not a collection`)
  return collection
}

const PARTS: ReadonlySet<string> = new Set(['latencyStats', 'storageStats', 'count', 'queryExecStats'])
const NONE: ReadonlyMap<string, readonly Value[]> = new Map()
/** docstore does not measure how long commands of a collection take. */
const UNMEASURED = { latency: Long.ZERO, ops: Long.ZERO }

/** Figures of a collection: the parts that are asked for. */
export const collStatsStage = (v: Value, context: Context): Stage => {
  if (v.type !== T.OBJECT)
    throw new CommandError(5447000, `$collStats must take a nested object but found: ${typeOf(v)}`)
  const args = new Args(v, NONE, '$collStats')
  args.allow(PARTS)
  const partOf = (name: string, ...own: string[]): Args | undefined => {
    const part = args.doc(name)
    const inner = part && new Args(part, NONE, `$collStats.${name}`)
    inner?.allow(new Set(own))
    return inner
  }
  const latency = partOf('latencyStats', 'histograms')
  const storage = partOf('storageStats', 'scale', 'verbose', 'waitForLock', 'numericOnly')
  const scale = storage ? scaleOf(storage) : 1
  const counts = partOf('count')
  const queries = partOf('queryExecStats')
  return {
    name: '$collStats',
    source: true,
    *run() {
      const { engine, db, coll = '' } = context
      const figures = latency && !storage && !counts && !queries ? undefined : targetOf(context)
      const all = figures && collStats(engine, figures, scale)
      if (!all && (storage || counts || queries)) throw new CommandError(26, `Collection [${db}.${coll}] not found.`)
      const { ns, ...stored } = all ?? {}
      yield toBson({
        ns: `${db}.${coll}`,
        host: hostname(),
        localTime: new Date(engine.now()),
        ...(latency ? { latencyStats: { reads: UNMEASURED, writes: UNMEASURED, commands: UNMEASURED } } : {}),
        ...(storage ? { storageStats: stored } : {}),
        ...(counts ? { count: stored.count } : {}),
        ...(queries ? { queryExecStats: { collectionScans: { total: Long.ZERO, nonTailable: Long.ZERO } } } : {}),
      })
    },
  }
}

const OPERATION_OPTIONS = new Set([
  'allUsers',
  'idleConnections',
  'idleCursors',
  'idleSessions',
  'localOps',
  'truncateOps',
  'backtrace',
  'targetAllNodes',
])

/** What is under way in the whole server. */
export const currentOpStage = (v: Value, { engine, db, coll }: Context): Stage => {
  if (v.type !== T.OBJECT)
    throw new CommandError(9, `$currentOp options must be specified in an object, but found: ${typeOf(v)}`)
  for (const [name, option] of entriesOf(v)) {
    if (!OPERATION_OPTIONS.has(name)) throw new CommandError(9, `Unrecognized option '${name}' in $currentOp stage.`)
    if (option.type !== T.BOOL)
      throw new CommandError(
        9,
        `The '${name}' parameter of the $currentOp stage must be a boolean value, but found: ${typeOf(option)}`,
      )
  }
  if (db !== 'admin' || coll)
    throw new CommandError(73, "$currentOp must be run against the 'admin' database with {aggregate: 1}")
  const idle = new Args(v, NONE, '$currentOp').bool('idleSessions') ?? true
  return {
    name: '$currentOp',
    source: true,
    *run() {
      const own = { ns: 'admin.$cmd.aggregate', command: { aggregate: 1 } }
      for (const doc of operations(engine, own, idle)) yield toBson(doc)
    },
  }
}

/** The indexes of a collection, one a document. */
export const indexStatsStage = (v: Value, context: Context): Stage => {
  if (v.type !== T.OBJECT || entriesOf(v).length > 0)
    throw new CommandError(28803, 'The $indexStats stage specification must be an empty object')
  return {
    name: '$indexStats',
    source: true,
    *run() {
      const collection = targetOf(context)
      if (collection) for (const doc of indexStats(collection)) yield toBson(doc)
    },
  }
}
