import type { Document } from 'bson'
import { valueToJs } from '../bson/js.ts'
import { docValue, findField, type Value } from '../bson/value.ts'
import { type Command, fields } from '../command.ts'
import type { Engine } from '../engine.ts'
import { CommandError, isStatementError } from '../errors.ts'
import { parseFilter } from '../filter/parse.ts'
import type { Variables } from '../filter/whole.ts'
import { okReply, writeError } from '../reply.ts'
import type { Row } from '../store/collection.ts'
import type { Occasion } from '../update/apply.ts'
import { arrayFilterItems } from '../update/parse.ts'
import { parseUpdate, type Update } from '../update/statement.ts'
import { upsertDoc } from '../update/upsert.ts'
import { checkBatch } from './insert.ts'
import { findRows } from './rows.ts'
import { collated, hintOf, statementArgs, variablesOf } from './statement-args.ts'
import { type Target, writable } from './target.ts'

const STATEMENT = fields('q', 'u', 'c', 'multi', 'upsert', 'arrayFilters', 'collation', 'hint')
const ID = Buffer.from('_id')

/** What one update statement did. */
interface Done {
  n: number
  modified: number
  upserted?: Value
}

/** Applies an update to a row; true if it changed. Throws 11000, 121, 66 and the update's own errors. */
export const updateRow = (
  engine: Engine,
  target: Target,
  row: Row,
  update: Update,
  occasion: Occasion,
): Buffer | undefined => {
  const next = update.apply(docValue(row.doc), occasion)
  if (!next) return undefined
  target.check(next)
  const error = engine.records.replace(target.collection, row, next, update.touched)
  if (error) throw error
  return next
}

/** Inserts an upsert's document and gives it back. Throws 11000 and 121. */
export const insertUpsert = (engine: Engine, target: Target, doc: Buffer): Buffer => {
  target.check(doc)
  const outcome = engine.records.insert(target.collection, doc)
  if (typeof outcome !== 'number') throw outcome
  return doc
}

const runStatement = (engine: Engine, target: Target, statement: Value, variables: Variables): Done => {
  const args = statementArgs(statement, 'update.updates', STATEMENT)
  const { existing } = target
  const u = args.get('u')
  if (!u) throw new CommandError(40414, "BSON field 'update.updates.u' is missing but a required field")
  const query = args.doc('q')
  if (!query) throw new CommandError(40414, "BSON field 'update.updates.q' is missing but a required field")
  const c = args.doc('c')
  const values = c ? { ...variables.values, ...(valueToJs(c) as object) } : variables.values
  const constants = collated({ ...variables, ...(values ? { values } : {}) }, args, existing)
  const filters = arrayFilterItems(args.get('arrayFilters'), args.name)
  const update = parseUpdate(u, filters, constants)
  const multi = args.flag('multi') ?? false
  const upsert = args.flag('upsert') ?? false
  if (multi && update.replaces) throw new CommandError(9, 'multi update is not supported for replacement-style update')
  const filter = parseFilter(query, constants)
  const occasion: Occasion = { filter, arrayFilters: update.arrayFilters, nowMs: engine.now(), insert: false }
  const wish = {
    filter,
    sort: [],
    limit: multi ? 0 : 1,
    collation: constants.collation,
    ...(existing ? hintOf(existing, args.get('hint')) : {}),
  }
  const rows = existing ? findRows(existing, wish) : []
  const done: Done = { n: rows.length, modified: 0 }
  for (const row of rows) if (updateRow(engine, target, row, update, occasion)) done.modified++
  if (rows.length === 0 && upsert) {
    const doc = insertUpsert(engine, target, upsertDoc(filter, update, { ...occasion, insert: true }))
    done.upserted = findField(doc, 0, ID) as Value
    done.n = 1
  }
  return done
}

export const update: Command = {
  fields: fields('updates', 'ordered', 'bypassDocumentValidation', 'let'),
  writes: true,
  makes: (args, db) => [[db, args.collection()]],
  run: ({ engine, args, db }) => {
    const statements = args.docs('updates')
    checkBatch(statements.length)
    const ordered = args.flag('ordered') ?? true
    const variables = variablesOf(args)
    const target = writable(engine, db, args)
    const reply: Document = { n: 0, nModified: 0 }
    const upserted: Document[] = []
    const writeErrors: Document[] = []
    for (const [index, statement] of statements.entries()) {
      try {
        const done = runStatement(engine, target, statement, variables)
        reply.n += done.n
        reply.nModified += done.modified
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
