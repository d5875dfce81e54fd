import { type Command, fields } from '../command.ts'
import { CommandError } from '../errors.ts'
import { okReply } from '../reply.ts'
import { checkCollection } from '../store/check.ts'

/** Compares every document's keys with its indexes; with `full`, SQLite checks the whole file as well. Others wait. */
export const validate: Command = {
  fields: fields('full', 'repair', 'metadata', 'checkBSONConformance', 'background'),
  run: ({ engine, args, db }) => {
    const name = args.collection()
    const collection = engine.catalog.find(db, name)
    if (!collection) throw new CommandError(26, `Collection '${db}.${name}' does not exist to validate.`)
    if (collection.options.viewOn) throw new CommandError(166, 'Cannot validate a view')
    for (const refused of ['repair', 'background'])
      if (args.bool(refused)) throw new CommandError(72, `validate with ${refused} is not supported`)
    const { records, keysPerIndex, errors } = checkCollection(collection)
    const said = args.bool('full') ? engine.sqlite.prepare('PRAGMA integrity_check').get()?.integrity_check : 'ok'
    if (said !== 'ok') errors.push(String(said))
    return okReply({
      ns: collection.ns,
      nInvalidDocuments: 0,
      nrecords: records,
      nIndexes: collection.indexes.length,
      keysPerIndex,
      valid: errors.length === 0,
      warnings: [],
      errors,
    })
  },
}
