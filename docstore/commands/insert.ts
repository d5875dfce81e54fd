import type { Document } from 'bson'
import type { Value } from '../bson/value.ts'
import { type Command, fields } from '../command.ts'
import type { Engine } from '../engine.ts'
import { CommandError, isStatementError } from '../errors.ts'
import { okReply, writeError } from '../reply.ts'
import { newDoc } from '../store/new-doc.ts'
import { type Target, writable } from './target.ts'

const MAX_STATEMENTS = 100_000

/** Throws 16 for a batch without statements or with too many. */
export const checkBatch = (length: number): void => {
  if (length < 1 || length > MAX_STATEMENTS)
    throw new CommandError(16, `Write batch sizes must be between 1 and ${MAX_STATEMENTS}. Got ${length} operations.`)
}

/** Inserts one document; gives the error that kept it out. Throws what ends the whole command. */
export const insertOne = (engine: Engine, target: Target, value: Value): CommandError | undefined => {
  try {
    const doc = newDoc(value, engine.now())
    target.check(doc)
    const outcome = engine.records.insert(target.collection, doc)
    return typeof outcome === 'number' ? undefined : outcome
  } catch (error) {
    if (isStatementError(error)) return error
    throw error
  }
}

export const insert: Command = {
  fields: fields('documents', 'ordered', 'bypassDocumentValidation'),
  writes: true,
  makes: (args, db) => [[db, args.collection()]],
  run: ({ engine, args, db }) => {
    const docs = args.docs('documents')
    checkBatch(docs.length)
    const ordered = args.flag('ordered') ?? true
    const target = writable(engine, db, args)
    const writeErrors: Document[] = []
    let n = 0
    for (const [i, doc] of docs.entries()) {
      const error = insertOne(engine, target, doc)
      if (!error) {
        n++
        engine.sessions.did(i)
      } else writeErrors.push(writeError(i, error))
      if (error && ordered) break
    }
    return okReply(writeErrors.length ? { n, writeErrors } : { n })
  },
}
