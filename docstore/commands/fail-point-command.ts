import { type Command, fields } from '../command.ts'
import { CommandError } from '../errors.ts'
import { okReply } from '../reply.ts'

/** Errors on purpose; a server without `--test-commands` does not know this command. */
export const configureFailPoint: Command = {
  fields: fields('mode', 'data'),
  run: ({ engine, args, db }) => {
    if (!engine.failPoints) throw new CommandError(59, `no such command: '${args.name}'`)
    if (db !== 'admin') throw new CommandError(13, `${args.name} may only be run against the admin database.`)
    return okReply({ count: engine.failPoints.configure(args) })
  },
}
