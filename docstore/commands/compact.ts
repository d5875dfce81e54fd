import { Long } from 'bson'
import { type Command, fields } from '../command.ts'
import { CommandError } from '../errors.ts'
import { okReply } from '../reply.ts'
import { compactFile } from '../store/compact.ts'

/** Writes the whole file anew, without the holes that removed documents left, and gives the space back. Others wait. */
export const compact: Command = {
  fields: fields('force', 'dryRun', 'freeSpaceTargetMB'),
  run: ({ engine, args, db }) => {
    const name = args.collection()
    const collection = engine.catalog.find(db, name)
    if (!collection) throw new CommandError(26, `Collection '${db}.${name}' does not exist`)
    if (collection.options.viewOn) throw new CommandError(166, 'cannot compact a view')
    for (const refused of ['dryRun', 'freeSpaceTargetMB'])
      if (args.has(refused)) throw new CommandError(72, `compact with ${refused} is not supported`)
    if (!args.bool('force'))
      throw new CommandError(
        20,
        'will not run compact on an active replica set primary as this will slow down other running operations. use force:true to force',
      )
    engine.commit.flush()
    const freed = compactFile(engine.sqlite)
    engine.checkpointer.shrink()
    return okReply({ bytesFreed: Long.fromNumber(freed) })
  },
}
