import type { Document } from 'bson'
import type { Args } from '../args.ts'
import type { Value } from '../bson/value.ts'
import { type Command, fields } from '../command.ts'
import type { Engine } from '../engine.ts'
import { CommandError, isStatementError } from '../errors.ts'
import { parseFilter } from '../filter/parse.ts'
import type { Variables } from '../filter/whole.ts'
import { okReply, writeError } from '../reply.ts'
import { checkBatch } from './insert.ts'
import { findRows } from './rows.ts'
import { checkRetryable, collated, hintIn, hintOf, statementArgs, variablesOf } from './statement-args.ts'
import { type Target, writable } from './target.ts'

const STATEMENT = fields('q', 'limit', 'collation', 'hint')

/** Removes what a filter finds, one document or all; gives how many. */
export const runDelete = (
  engine: Engine,
  { existing: collection }: Target,
  args: Args,
  asked: { query: Value; limit: 0 | 1 },
  variables: Variables,
): number => {
  const scope = collated(variables, args, collection)
  const filter = parseFilter(asked.query, scope)
  hintIn(args)
  if (!collection) return 0
  const rows = findRows(collection, {
    filter,
    sort: [],
    limit: asked.limit,
    collation: scope.collation,
    ...hintOf(collection, hintIn(args)),
  })
  for (const row of rows) engine.records.remove(collection, row)
  return rows.length
}

const runStatement = (engine: Engine, target: Target, statement: Value, variables: Variables): number => {
  const args = statementArgs(statement, 'delete.deletes', STATEMENT)
  const query = args.doc('q')
  if (!query) throw new CommandError(40414, "BSON field 'delete.deletes.q' is missing but a required field")
  const limit = args.number('limit')
  if (limit === undefined)
    throw new CommandError(40414, "BSON field 'delete.deletes.limit' is missing but a required field")
  if (limit !== 0 && limit !== 1)
    throw new CommandError(9, `The limit field in delete objects must be 0 or 1. Got ${limit}`)
  return runDelete(engine, target, args, { query, limit }, variables)
}

export const remove: Command = {
  fields: fields('deletes', 'ordered', 'let'),
  writes: true,
  run: ({ engine, args, db }) => {
    const statements = args.docs('deletes')
    checkBatch(statements.length)
    checkRetryable(args, (statement) => statement.number('limit') === 0, 'deletes')
    const ordered = args.flag('ordered') ?? true
    const variables = variablesOf(args)
    const target = writable(engine, db, args)
    const writeErrors: Document[] = []
    let n = 0
    for (const [index, statement] of statements.entries()) {
      try {
        const removed = runStatement(engine, target, statement, variables)
        if (removed) engine.sessions.did(index)
        n += removed
      } catch (error) {
        if (!isStatementError(error)) throw error
        writeErrors.push(writeError(index, error))
        if (ordered) break
      }
    }
    return okReply(writeErrors.length ? { n, writeErrors } : { n })
  },
}
