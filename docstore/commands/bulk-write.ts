import { type Document, Double } from 'bson'
import { Args } from '../args.ts'
import { toBson, valueToJs } from '../bson/js.ts'
import * as T from '../bson/types.ts'
import { Fields, type Value } from '../bson/value.ts'
import { type Call, type Command, fields } from '../command.ts'
import { Results } from '../cursors.ts'
import { badValue, CommandError, isStatementError } from '../errors.ts'
import type { Variables } from '../filter/whole.ts'
import { bulkReply, writeError } from '../reply.ts'
import { runDelete } from './delete.ts'
import { checkBatch, insertOne } from './insert.ts'
import { hintIn, statementArgs, variablesOf } from './statement-args.ts'
import { type Target, targetOf } from './target.ts'
import { runUpdate } from './update-statement.ts'

const NS = 'admin.$cmd.bulkWrite'
const DEFAULT_BATCH = 101
const NONE: ReadonlyMap<string, readonly Value[]> = new Map()
const NAMES = { query: 'filter', update: 'updateMods', constants: 'constants' }

const FIELDS = {
  insert: fields('insert', 'document'),
  update: fields(
    'update',
    'filter',
    'updateMods',
    'multi',
    'upsert',
    'arrayFilters',
    'hint',
    'constants',
    'collation',
    'sort',
  ),
  delete: fields('delete', 'filter', 'multi', 'hint', 'collation'),
}
type Kind = keyof typeof FIELDS

interface Op {
  readonly kind: Kind
  readonly args: Args
  readonly ns: number
}

/** Counts of a whole command, as its reply names them. */
interface Totals {
  nErrors: number
  nInserted: number
  nMatched: number
  nModified: number
  nUpserted: number
  nDeleted: number
}

const splitNs = (ns: string): readonly [string, string] => [ns.slice(0, ns.indexOf('.')), ns.slice(ns.indexOf('.') + 1)]

const namespacesOf = (args: Args): (readonly [string, string])[] =>
  args.docs('nsInfo').map((v) => {
    const info = statementArgs(
      v,
      'bulkWrite.nsInfo',
      fields('ns', 'collectionUUID', 'encryptionInformation', 'isTimeseriesNamespace'),
    )
    const ns = info.text('ns')
    if (ns === undefined)
      throw new CommandError(40414, "BSON field 'bulkWrite.nsInfo.ns' is missing but a required field")
    if (!/^[^.]+\../.test(ns)) throw new CommandError(73, `Invalid namespace specified '${ns}'`)
    return splitNs(ns)
  })

const kindOf = (v: Value): Kind => {
  const first = new Fields(v.buf, v.start)
  const name = first.next() ? first.name : ''
  if (name === 'insert' || name === 'update' || name === 'delete') return name
  throw new CommandError(40415, `BSON field 'bulkWrite.ops.${name}' is an unknown field.`)
}

const opsOf = (args: Args, namespaces: number): Op[] => {
  const given = args.docs('ops')
  checkBatch(given.length)
  return given.map((v, i) => {
    const kind = kindOf(v)
    const op = statementArgs(v, `bulkWrite.${kind}`, FIELDS[kind])
    const ns = op.number(kind) ?? -1
    if (!Number.isInteger(ns) || ns < 0 || ns >= namespaces)
      throw badValue(`BulkWrite ops entry ${i} has an index into nsInfo that is not there: ${ns}`)
    const needed = kind === 'insert' ? ['document'] : kind === 'update' ? ['filter', 'updateMods'] : ['filter']
    for (const field of needed)
      if (!op.get(field))
        throw new CommandError(40414, `BSON field '${op.name}.${field}' is missing but a required field`)
    op.doc('filter')
    op.doc('document')
    hintIn(op)
    op.flag('multi')
    op.flag('upsert')
    const mods = op.get('updateMods')
    if (mods && mods.type !== T.OBJECT && mods.type !== T.ARRAY)
      throw new CommandError(9, 'Update argument must be either an object or an array')
    if (kind !== 'insert' && args.has('txnNumber') && !args.has('autocommit') && op.flag('multi'))
      throw new CommandError(72, 'Cannot use retryable writes with multi=true')
    return { kind, args: op, ns }
  })
}

const runOp = (call: Call, { kind, args }: Op, target: Target, variables: Variables, totals: Totals): Document => {
  const { engine } = call
  if (kind === 'insert') {
    const error = insertOne(engine, target, args.doc('document') as Value)
    if (error) throw error
    totals.nInserted++
    return { n: 1 }
  }
  if (kind === 'delete') {
    const asked = { query: args.doc('filter') as Value, limit: args.flag('multi') ? (0 as const) : (1 as const) }
    const n = runDelete(engine, target, args, asked, variables)
    totals.nDeleted += n
    return { n }
  }
  const { n, modified, upserted } = runUpdate(engine, target, args, NAMES, variables)
  if (upserted) totals.nUpserted++
  else totals.nMatched += n
  totals.nModified += modified
  return { n, nModified: modified, ...(upserted ? { upserted: { _id: valueToJs(upserted) } } : {}) }
}

const failed = (idx: number, kind: Kind, error: CommandError): Document => {
  const { index: _, ...said } = writeError(idx, error)
  return { ok: new Double(0), idx, ...said, n: 0, ...(kind === 'update' ? { nModified: 0 } : {}) }
}

const run = (call: Call): Buffer => {
  const { engine, args, db } = call
  if (db !== 'admin') throw new CommandError(13, 'bulkWrite may only be run against the admin database.')
  const namespaces = namespacesOf(args)
  const ops = opsOf(args, namespaces.length)
  const ordered = args.flag('ordered') ?? true
  const errorsOnly = args.flag('errorsOnly') ?? false
  const bypass = args.bool('bypassDocumentValidation') ?? false
  const cursor = args.doc('cursor')
  const batchSize =
    (cursor && statementArgs(cursor, 'bulkWrite.cursor', fields('batchSize')).count('batchSize')) ?? DEFAULT_BATCH
  const variables = variablesOf(args)
  const totals: Totals = { nErrors: 0, nInserted: 0, nMatched: 0, nModified: 0, nUpserted: 0, nDeleted: 0 }
  const targets = new Map<number, Target>()
  const targetFor = (ns: number): Target => {
    const known = targets.get(ns) ?? targetOf(engine, ...(namespaces[ns] as readonly [string, string]), bypass)
    targets.set(ns, known)
    return known
  }
  const results: Buffer[] = []
  for (const [idx, op] of ops.entries()) {
    try {
      const done = runOp(call, op, targetFor(op.ns), variables, totals)
      if (done.nModified ?? done.n) engine.sessions.did(idx)
      if (!errorsOnly) results.push(toBson({ ok: new Double(1), idx, ...done }))
    } catch (error) {
      if (!isStatementError(error)) throw error
      totals.nErrors++
      results.push(toBson(failed(idx, op.kind, error)))
      if (ordered || engine.transactions.inside) break
    }
  }
  const all = new Results(results)
  return bulkReply(NS, all, batchSize, () => engine.cursors.add(NS, all).id, { ...totals })
}

const makes = (args: Args): (readonly [string, string])[] => {
  const namespaces = namespacesOf(args)
  return args.docs('ops').flatMap((v) => {
    const op = new Args(v, NONE)
    const made = op.name === 'insert' || (op.name === 'update' && op.bool('upsert'))
    const ns = made ? namespaces[op.number(op.name) ?? -1] : undefined
    return ns ? [ns] : []
  })
}

/** Writes of every kind to several collections in one command. */
export const bulkWrite: Command = {
  fields: fields('ops', 'nsInfo', 'ordered', 'errorsOnly', 'bypassDocumentValidation', 'let', 'cursor'),
  writes: true,
  makes,
  run,
}
