import { EMPTY_DOC } from '../bson/js.ts'
import * as T from '../bson/types.ts'
import { findField, type Value } from '../bson/value.ts'
import { Writer } from '../bson/writer.ts'
import { type Call, type Command, fields } from '../command.ts'
import { CommandError } from '../errors.ts'
import { parseFilter } from '../filter/parse.ts'
import { parseSort } from '../plan/sort.ts'
import { parseProjection } from '../project/parse.ts'
import type { Row } from '../store/collection.ts'
import type { Occasion } from '../update/apply.ts'
import { arrayFilterItems } from '../update/parse.ts'
import { parseUpdate } from '../update/statement.ts'
import { upsertDoc } from '../update/upsert.ts'
import { findRows } from './rows.ts'
import { collated, hintIn, hintOf, variablesOf } from './statement-args.ts'
import { writable } from './target.ts'
import { insertUpsert, updateRow } from './update-statement.ts'

const ID = Buffer.from('_id')

interface Outcome {
  readonly found: boolean
  readonly value: Buffer | undefined
  readonly upserted?: Value | undefined
  readonly updates: boolean
}

const reply = ({ found, value, upserted, updates }: Outcome): Buffer => {
  const w = new Writer((value?.length ?? 0) + 256)
  const root = w.open()
  w.name(T.OBJECT, 'lastErrorObject')
  const last = w.open()
  w.fieldInt32('n', found || upserted ? 1 : 0)
  if (updates) w.fieldBool('updatedExisting', found)
  if (upserted) w.value('upserted', upserted)
  w.close(last)
  if (value) w.fieldDoc('value', value)
  else w.name(T.NULL, 'value')
  w.fieldDouble('ok', 1)
  w.close(root)
  return w.done()
}

const checkOptions = ({ args }: Call): void => {
  const remove = args.bool('remove') ?? false
  args.bool('upsert')
  args.bool('new')
  if (remove && args.has('update')) throw new CommandError(9, 'Cannot specify both an update and remove=true')
  if (!remove && !args.get('update')) throw new CommandError(9, 'Either an update or remove=true must be specified')
  if (remove && args.bool('upsert')) throw new CommandError(9, 'Cannot specify both upsert=true and remove=true')
  if (remove && args.get('arrayFilters')) throw new CommandError(9, 'Cannot specify arrayFilters and remove=true')
  if (remove && args.bool('new'))
    throw new CommandError(
      9,
      "Cannot specify both new=true and remove=true; 'remove' always returns the deleted document",
    )
}

const run = (call: Call): Buffer => {
  const { engine, args, db } = call
  checkOptions(call)
  const given = variablesOf(args)
  const variables = collated(given, args, engine.catalog.find(db, args.collection()))
  const noExpr = args.bool('upsert') ?? false
  const filter = parseFilter(args.doc('query') ?? EMPTY_DOC, { ...variables, noExpr })
  const target = writable(engine, db, args)
  const project = parseProjection(args.doc('fields'), filter, variables)
  const { existing } = target
  const wish = {
    filter,
    sort: parseSort(args.doc('sort')),
    limit: 1,
    collation: variables.collation,
    ...hintOf(existing, hintIn(args)),
  }
  const first = (): Row | undefined => (existing ? findRows(existing, wish)[0] : undefined)
  const shown = (doc: Buffer | undefined): Buffer | undefined => doc && project(doc)
  if (args.bool('remove')) {
    const row = first()
    if (row) {
      engine.records.remove(target.collection, row)
      engine.sessions.did(0)
    }
    return reply({ found: row !== undefined, value: shown(row?.doc), updates: false })
  }
  const filters = arrayFilterItems(args.get('arrayFilters'), 'findAndModify')
  const update = parseUpdate(args.get('update') as Value, filters, variables)
  const occasion: Occasion = { filter, arrayFilters: update.arrayFilters, nowMs: engine.now(), insert: false }
  const row = first()
  const after = args.bool('new') ?? false
  if (row) {
    const next = updateRow(engine, target, row, update, occasion)
    if (next) engine.sessions.did(0)
    return reply({ found: true, value: shown(after ? (next ?? row.doc) : row.doc), updates: true })
  }
  if (!args.bool('upsert')) return reply({ found: false, value: undefined, updates: true })
  const doc = insertUpsert(engine, target, upsertDoc(filter, update, { ...occasion, insert: true }))
  engine.sessions.did(0)
  const upserted = findField(doc, 0, ID)
  return reply({ found: false, value: after ? shown(doc) : undefined, upserted, updates: true })
}

export const findAndModify: Command = {
  fields: fields(
    'query',
    'sort',
    'remove',
    'update',
    'new',
    'fields',
    'upsert',
    'bypassDocumentValidation',
    'arrayFilters',
    'collation',
    'hint',
    'let',
  ),
  writes: true,
  makes: (args, db) => (args.bool('upsert') ? [[db, args.collection()]] : []),
  run,
}
