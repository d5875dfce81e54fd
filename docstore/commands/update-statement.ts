import type { Args } from '../args.ts'
import { toJs } from '../bson/js.ts'
import * as T from '../bson/types.ts'
import { docValue, entriesOf, findField, type Value } from '../bson/value.ts'
import type { Engine } from '../engine.ts'
import { CommandError } from '../errors.ts'
import { parseFilter } from '../filter/parse.ts'
import type { Variables } from '../filter/whole.ts'
import { parseSort } from '../plan/sort.ts'
import type { Row } from '../store/collection.ts'
import { checkSeriesUpdate } from '../store/timeseries.ts'
import type { Occasion } from '../update/apply.ts'
import { arrayFilterItems } from '../update/parse.ts'
import { parseUpdate, type Update } from '../update/statement.ts'
import { upsertDoc } from '../update/upsert.ts'
import { findRows } from './rows.ts'
import { collated, hintIn, hintOf } from './statement-args.ts'
import type { Target } from './target.ts'

const ID = Buffer.from('_id')

/** What one update statement did. */
export interface Done {
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
  target.check(next, row.doc)
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

/** What the fields of an update are called: in `update`, or in `bulkWrite`. */
export interface UpdateNames {
  readonly query: string
  readonly update: string
  readonly constants: string
}

const limitOf = (args: Args, update: Update): number => {
  const multi = args.flag('multi') ?? false
  if (multi && update.replaces) throw new CommandError(9, 'multi update is not supported for replacement-style update')
  if (multi && args.get('sort')) throw new CommandError(9, 'Cannot specify sort with multi=true')
  return multi ? 0 : 1
}

/** Carries out one update statement. Throws its errors, 11000 and 121 among them. */
export const runUpdate = (
  engine: Engine,
  target: Target,
  args: Args,
  names: UpdateNames,
  variables: Variables,
): Done => {
  const { existing } = target
  const u = args.get(names.update)
  const query = args.doc(names.query)
  for (const [name, v] of [
    [names.update, u],
    [names.query, query],
  ] as const)
    if (!v) throw new CommandError(40414, `BSON field '${args.name}.${name}' is missing but a required field`)
  const c = args.doc(names.constants)
  if (c && u?.type !== T.ARRAY)
    throw new CommandError(51198, 'Constant values may only be specified for pipeline updates')
  const values = c ? { ...variables.values, ...Object.fromEntries(entriesOf(c)) } : variables.values
  const constants = collated({ ...variables, ...(values ? { values } : {}) }, args, existing)
  const filters = arrayFilterItems(args.get('arrayFilters'), args.name)
  const update = parseUpdate(u as Value, filters, constants)
  const limit = limitOf(args, update)
  const upsert = args.flag('upsert') ?? false
  const { timeseries } = existing?.options ?? {}
  if (timeseries) checkSeriesUpdate(timeseries, toJs(query as Value), update.touched, limit === 0 && !upsert)
  // what an expression asks for is nothing that an upsert could begin with
  const filter = parseFilter(query, upsert ? { ...constants, noExpr: true } : constants)
  const occasion: Occasion = { filter, arrayFilters: update.arrayFilters, nowMs: engine.now(), insert: false }
  const wish = {
    filter,
    sort: parseSort(args.doc('sort')),
    limit,
    collation: constants.collation,
    ...hintOf(existing, hintIn(args)),
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
