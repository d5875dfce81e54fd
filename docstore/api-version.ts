import type { Args } from './args.ts'
import * as T from './bson/types.ts'
import { Fields, itemsOf } from './bson/value.ts'
import { CommandError } from './errors.ts'

/** Commands of the Stable API, version 1. */
const V1 = new Set(
  `abortTransaction aggregate authenticate bulkWrite collMod commitTransaction count create createIndexes delete drop
  dropDatabase dropIndexes endSessions explain find findAndModify findandmodify getMore hello insert killCursors listCollections
  listDatabases listIndexes ping refreshSessions renameCollection update`.split(/\s+/),
)
const UNSTABLE_STAGES = new Set([
  '$currentOp',
  '$indexStats',
  '$listLocalSessions',
  '$listSessions',
  '$planCacheStats',
  '$search',
])

const firstStage = (args: Args): string | undefined => {
  const v = args.name === 'aggregate' ? args.get('pipeline') : undefined
  const [stage] = v?.type === T.ARRAY ? itemsOf(v) : []
  if (stage?.type !== T.OBJECT) return undefined
  const fields = new Fields(stage.buf, stage.start)
  return fields.next() ? fields.name : undefined
}

/** Checks `apiVersion`, `apiStrict` and `apiDeprecationErrors`. Throws 322, 323 or 4886600. */
export const checkApiVersion = (args: Args): void => {
  const version = args.text('apiVersion')
  const strict = args.bool('apiStrict')
  if (version === undefined) {
    if (args.has('apiStrict') || args.has('apiDeprecationErrors'))
      throw new CommandError(4886600, 'Provided apiStrict and/or apiDeprecationErrors without passing apiVersion')
    return
  }
  if (version !== '1') throw new CommandError(322, `API version must be "1", got '${version}'`)
  args.bool('apiDeprecationErrors')
  if (!strict) return
  if (!V1.has(args.name))
    throw new CommandError(
      323,
      `Provided apiStrict:true, but the command ${args.name} is not in API Version 1. Information on supported commands and migrations in API Version 1 can be found in the Stable API documentation.`,
    )
  const stage = firstStage(args)
  if (stage !== undefined && UNSTABLE_STAGES.has(stage))
    throw new CommandError(323, `stage ${stage} is not allowed with 'apiStrict: true' in API Version 1`)
}
