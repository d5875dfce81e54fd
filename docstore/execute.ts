import { Args } from './args.ts'
import * as T from './bson/types.ts'
import { findField, stringOf } from './bson/value.ts'
import { COMMANDS } from './commands/table.ts'
import type { Engine } from './engine.ts'
import { CommandError } from './errors.ts'
import { readNumber } from './filter/number.ts'
import { setDeadline } from './plan/deadline.ts'
import { runInTransaction, type TxnIdentity } from './transaction-commands.ts'
import type { Request } from './wire.ts'

const ID = Buffer.from('id')

const identityOf = (args: Args): TxnIdentity | undefined => {
  const txn = args.get('txnNumber')
  const lsid = args.doc('lsid')
  if (!txn) return undefined
  const id = lsid && findField(lsid.buf, lsid.start, ID)
  if (!id) throw new CommandError(72, 'txnNumber needs an lsid')
  return { lsid: Buffer.from(id.buf.subarray(id.start, id.end)), txn: readNumber(txn) }
}

const READ_CONCERNS = new Set(['local', 'available', 'majority', 'linearizable'])

const readConcernOf = (args: Args): string => {
  const concern = args.doc('readConcern')
  const level = concern && findField(concern.buf, concern.start, Buffer.from('level'))
  if (!level) return 'local'
  return level.type === T.STRING ? stringOf(level) : ''
}

const checkReadConcern = (args: Args): void => {
  const name = readConcernOf(args)
  if (READ_CONCERNS.has(name) || (name === 'snapshot' && args.has('autocommit'))) return
  throw new CommandError(72, `read concern level '${name}' is not supported outside of a transaction`)
}

/** Whether the answer may show what is committed and not yet on disk: the default of reads outside of transactions. */
const isLocalRead = (args: Args): boolean =>
  !args.has('txnNumber') && args.name !== 'getMore' && ['local', 'available'].includes(readConcernOf(args))

const checkWriteConcern = (args: Args): void => {
  const concern = args.doc('writeConcern')
  const w = concern && findField(concern.buf, concern.start, Buffer.from('w'))
  if (!w) return
  if (w.type === T.STRING && stringOf(w) !== 'majority')
    throw new CommandError(79, `No write concern mode named '${stringOf(w)}' found in replica set configuration`)
  if (T.isNumeric(w.type) && readNumber(w) > 1) throw new CommandError(100, 'Not enough data-bearing nodes')
}

const databaseOf = (request: Request, args: Args): string => {
  if (request.namespace !== undefined) return request.namespace.split('.')[0] as string
  const db = args.fields.get('$db')
  if (db?.type !== T.STRING) throw new CommandError(40414, 'OP_MSG requests require a $db argument')
  return stringOf(db)
}

const runWrite = (engine: Engine, args: Args, work: () => Buffer): Buffer => {
  checkWriteConcern(args)
  const retry = identityOf(args)
  if (!retry) return work()
  const stored = engine.sessions.replyFor(retry.lsid, retry.txn)
  if (stored) return stored
  const reply = work()
  engine.commit.start()
  engine.sessions.store(retry.lsid, retry.txn, reply)
  return reply
}

/** Runs one request and gives its reply document. Throws CommandError; any other error is a defect or the file's. */
export const execute = (engine: Engine, request: Request, connectionId: number): Buffer => {
  const args = new Args(request.body, request.sequences)
  const command = COMMANDS.get(args.name)
  if (!command) throw new CommandError(59, `no such command: '${args.name}'`)
  if (request.legacy && !/^(hello|ismaster)$/i.test(args.name))
    throw new CommandError(352, `Unsupported OP_QUERY command: ${args.name}. The client driver may require an upgrade.`)
  const db = databaseOf(request, args)
  if (!command.open) args.allow(command.fields)
  checkReadConcern(args)
  if (command.writes || !isLocalRead(args)) engine.commit.needDisk()
  setDeadline(args.count('maxTimeMS') ?? 0)
  const work = (): Buffer => command.run({ engine, args, db, connectionId })
  const identity = args.has('autocommit') ? identityOf(args) : undefined
  if (identity) return runInTransaction(engine, args, db, identity, command, work)
  if (args.has('autocommit') || args.has('startTransaction'))
    throw new CommandError(72, 'Transaction fields need an lsid and a txnNumber')
  return command.writes ? runWrite(engine, args, work) : work()
}
