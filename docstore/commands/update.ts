import type { Document } from 'bson'
import { Args } from '../args.ts'
import { valueToJs } from '../bson/js.ts'
import type { Value } from '../bson/value.ts'
import { type Command, fields } from '../command.ts'
import { isStatementError } from '../errors.ts'
import { okReply, writeError } from '../reply.ts'
import { checkBatch } from './insert.ts'
import { checkRetryable, statementArgs, variablesOf } from './statement-args.ts'
import { writable } from './target.ts'
import { runUpdate } from './update-statement.ts'

const STATEMENT = fields('q', 'u', 'c', 'multi', 'upsert', 'arrayFilters', 'collation', 'hint', 'sort')
const NAMES = { query: 'q', update: 'u', constants: 'c' }
const NONE: ReadonlyMap<string, readonly Value[]> = new Map()

export const update: Command = {
  fields: fields('updates', 'ordered', 'bypassDocumentValidation', 'let'),
  writes: true,
  makes: (args, db) =>
    args.docs('updates').some((v) => new Args(v, NONE).bool('upsert')) ? [[db, args.collection()]] : [],
  run: ({ engine, args, db }) => {
    const statements = args.docs('updates')
    checkBatch(statements.length)
    checkRetryable(args, (statement) => statement.flag('multi') ?? false, 'updates')
    const ordered = args.flag('ordered') ?? true
    const variables = variablesOf(args)
    const target = writable(engine, db, args)
    const reply: Document = { n: 0, nModified: 0 }
    const upserted: Document[] = []
    const writeErrors: Document[] = []
    for (const [index, statement] of statements.entries()) {
      try {
        const done = runUpdate(engine, target, statementArgs(statement, 'update.updates', STATEMENT), NAMES, variables)
        reply.n += done.n
        reply.nModified += done.modified
        if (done.modified || done.upserted) engine.sessions.did(index)
        if (done.upserted) upserted.push({ index, _id: valueToJs(done.upserted) })
      } catch (error) {
        if (!isStatementError(error)) throw error
        writeErrors.push(writeError(index, error))
        if (ordered) break
      }
    }
    return okReply({
      ...reply,
      ...(upserted.length ? { upserted } : {}),
      ...(writeErrors.length ? { writeErrors } : {}),
    })
  },
}
