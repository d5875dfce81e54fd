import type { Args } from './args.ts'
import { findField } from './bson/value.ts'
import type { Command } from './command.ts'
import type { Engine } from './engine.ts'
import { CommandError } from './errors.ts'
import { readNumber } from './filter/number.ts'
import { okReply } from './reply.ts'
import { noSuchTransaction, type Transaction } from './transactions.ts'

/** The session and number a command carries. */
export interface TxnIdentity {
  readonly lsid: Buffer
  readonly txn: number
}

const ON_DOCUMENTS = new Set([
  'find',
  'getMore',
  'aggregate',
  'distinct',
  'insert',
  'update',
  'delete',
  'findAndModify',
  'findandmodify',
  'bulkWrite',
])
const DEFINES = new Set(['create', 'createIndexes'])
const WRITE_ERRORS = Buffer.from('writeErrors')
const N_ERRORS = Buffer.from('nErrors')
const RESERVED = new Set(['admin', 'config', 'local'])
const COMMITTED = okReply()

/** Whether what a session stored last is the commit of a transaction; a retryable write's reply always says more. */
export const isCommit = (reply: Buffer): boolean => reply.equals(COMMITTED)

/** Throws 225 for a number the session has left behind. */
const checkNotPast = (engine: Engine, { lsid, txn }: TxnIdentity): void => {
  const newest = Math.max(engine.transactions.numberOf(lsid.toString('latin1')), engine.sessions.last(lsid)?.txn ?? -1)
  if (txn < newest)
    throw new CommandError(
      225,
      `Cannot start or continue transaction ${txn} on this session because a newer one (${newest}) has already started.`,
    )
}

const hasErrors = (reply: Buffer): boolean => {
  const n = findField(reply, 0, N_ERRORS)
  return findField(reply, 0, WRITE_ERRORS) !== undefined || (n !== undefined && readNumber(n) > 0)
}

const commitTransaction = (engine: Engine, { lsid, txn }: TxnIdentity): Buffer => {
  const open = engine.transactions.find(lsid.toString('latin1'), txn)
  if (!open) {
    const stored = engine.sessions.last(lsid)
    if (stored?.txn === txn && isCommit(stored.reply)) return COMMITTED
    throw noSuchTransaction(txn)
  }
  engine.commit.start()
  engine.transactions.commit(open)
  engine.sessions.store(lsid, txn, COMMITTED)
  return COMMITTED
}

const abortTransaction = (engine: Engine, { lsid, txn }: TxnIdentity): Buffer => {
  const open = engine.transactions.find(lsid.toString('latin1'), txn)
  if (open) {
    engine.transactions.abort(open)
    return okReply()
  }
  const stored = engine.sessions.last(lsid)
  if (stored?.txn === txn && isCommit(stored.reply))
    throw new CommandError(256, `Transaction ${txn} has been committed.`)
  throw noSuchTransaction(txn)
}

const transactionOf = (engine: Engine, args: Args, { lsid, txn }: TxnIdentity): Transaction => {
  const session = lsid.toString('latin1')
  if (args.bool('startTransaction')) {
    engine.transactions.supersede(session, txn)
    const last = engine.sessions.last(lsid)
    if (last && txn <= last.txn)
      throw new CommandError(
        225,
        `Cannot start transaction ${txn} on this session because a newer one (${last.txn}) has already started.`,
      )
    return engine.transactions.begin(session, txn)
  }
  const open = engine.transactions.find(session, txn)
  if (!open) throw noSuchTransaction(txn)
  return open
}

/** Runs a command that is part of a transaction: it carries `autocommit: false`. */
export const runInTransaction = (
  engine: Engine,
  args: Args,
  db: string,
  identity: TxnIdentity,
  command: Command,
  work: () => Buffer,
): Buffer => {
  if (args.bool('autocommit') !== false) throw new CommandError(72, "'autocommit' must be false where it is given")
  if (args.bool('startTransaction') === false)
    throw new CommandError(72, 'Specifying startTransaction=false is not allowed.')
  const ends = args.name === 'commitTransaction' || args.name === 'abortTransaction'
  if (ends && db !== 'admin') throw new CommandError(13, `${args.name} may only be run against the admin database.`)
  checkNotPast(engine, identity)
  if (args.name === 'commitTransaction') return commitTransaction(engine, identity)
  if (args.name === 'abortTransaction') return abortTransaction(engine, identity)
  const defines = DEFINES.has(args.name)
  if (!defines && !ON_DOCUMENTS.has(args.name) && args.name !== 'killCursors')
    throw new CommandError(263, `Cannot run '${args.name}' in a multi-document transaction.`)
  const transaction = transactionOf(engine, args, identity)
  if (args.has('writeConcern'))
    throw new CommandError(72, `${args.name} is not allowed to have a writeConcern in a transaction`)
  if (RESERVED.has(db) && args.name !== 'bulkWrite')
    throw new CommandError(263, `Cannot run command against the '${db}' database in a transaction.`)
  engine.commit.start()
  if (args.name === 'killCursors') return work()
  if (defines) return engine.transactions.define(transaction, work)
  for (const [to, name] of command.makes?.(args, db) ?? [])
    engine.transactions.define(transaction, () => engine.catalog.ensure(to, name))
  const reply = engine.transactions.run(transaction, work)
  if (hasErrors(reply)) engine.transactions.abort(transaction)
  return reply
}

/** commitTransaction and abortTransaction outside of a transaction make no sense. */
const outside: Command = {
  fields: new Set(['recoveryToken', 'commitTimestamp']),
  concern: true,
  run: () => {
    throw new CommandError(125, 'commitTransaction and abortTransaction must be run within a transaction')
  },
}

export const TRANSACTION_COMMANDS: Readonly<Record<string, Command>> = {
  commitTransaction: outside,
  abortTransaction: outside,
}
