import { Int32 } from 'bson'
import { checkApiVersion } from './api-version.ts'
import { Args } from './args.ts'
import * as T from './bson/types.ts'
import { entriesOf, findField, itemsOf, stringOf } from './bson/value.ts'
import type { Call, Command } from './command.ts'
import { COMMANDS } from './commands/table.ts'
import { type ReadConcern, readConcernOf, unmetWriteConcern } from './concerns.ts'
import type { Engine } from './engine.ts'
import { CommandError } from './errors.ts'
import { readNumber } from './filter/number.ts'
import { setDeadline } from './plan/deadline.ts'
import { allowDiskUse } from './plan/memory.ts'
import { withClusterTime, withFields } from './reply.ts'
import { timestampOf } from './snapshots.ts'
import { timeLimitOf } from './time-limit.ts'
import { isCommit, runInTransaction, type TxnIdentity } from './transaction-commands.ts'
import type { Request } from './wire.ts'

const ID = Buffer.from('id')
const RETRYABLE = new Set(['insert', 'update', 'delete', 'findAndModify', 'findandmodify', 'bulkWrite'])

const sessionOf = (args: Args): Buffer | undefined => {
  const lsid = args.doc('lsid')
  if (!lsid) return undefined
  const id = findField(lsid.buf, lsid.start, ID)
  if (!id) throw new CommandError(40414, "BSON field 'OperationSessionInfo.lsid.id' is missing but a required field")
  if (id.type !== T.BINARY || id.end - id.start !== 21 || id.buf[id.start + 4] !== 4)
    throw new CommandError(14, "BSON field 'OperationSessionInfo.lsid.id' must be a UUID")
  for (const [name] of entriesOf(lsid))
    if (name !== 'id' && name !== 'uid')
      throw new CommandError(40415, `BSON field 'OperationSessionInfo.lsid.${name}' is an unknown field.`)
  return Buffer.from(id.buf.subarray(id.start, id.end))
}

const identityOf = (args: Args, lsid: Buffer | undefined): TxnIdentity | undefined => {
  const txn = args.get('txnNumber')
  if (!txn) return undefined
  if (!lsid) throw new CommandError(72, 'Transaction number requires a session ID to also be specified')
  if (txn.type !== T.INT64) throw new CommandError(14, "BSON field 'OperationSessionInfo.txnNumber' must be a long")
  const n = readNumber(txn)
  if (n < 0) throw new CommandError(72, 'Transaction number cannot be negative')
  return { lsid, txn: n }
}

/** Whether the answer may show what is committed and not yet on disk: the default of reads outside of transactions. */
const isLocalRead = (args: Args, { level }: ReadConcern): boolean =>
  !args.has('txnNumber') && args.name !== 'getMore' && (level === 'local' || level === 'available')

const databaseOf = (request: Request, args: Args): string => {
  if (request.namespace !== undefined) return request.namespace.split('.')[0] as string
  const db = args.fields.get('$db')
  if (db?.type !== T.STRING) throw new CommandError(40414, 'OP_MSG requests require a $db argument')
  return stringOf(db)
}

const runWrite = (engine: Engine, args: Args, identity: TxnIdentity | undefined, work: () => Buffer): Buffer => {
  if (!identity) return work()
  if (!RETRYABLE.has(args.name))
    throw new CommandError(
      50768,
      `txnNumber may only be provided for multi-document transactions and retryable write commands. autocommit:false was not provided, and ${args.name} is not a retryable write command.`,
    )
  const { lsid, txn } = identity
  const stored = engine.sessions.replyFor(lsid, txn)
  if (stored && isCommit(stored))
    throw new CommandError(217, `Incomplete history detected for transaction ${txn}: it was not a retryable write`)
  if (stored) return stored
  engine.transactions.supersede(lsid.toString('latin1'), txn)
  if (engine.transactions.find(lsid.toString('latin1'), txn))
    throw new CommandError(
      117,
      `Transaction ${txn} of this session is open: its number cannot be that of a write beside it`,
    )
  const reply = engine.failPoints ? engine.failPoints.during(args, engine.records, work) : work()
  engine.commit.start()
  engine.sessions.store(lsid, txn, asRetried(engine, args, reply))
  return reply
}

/** The answer to the same write sent again: it names the statements that are not done a second time. */
const asRetried = ({ sessions }: Engine, args: Args, reply: Buffer): Buffer => {
  if (sessions.written.length === 0) return reply
  const given = args.get('stmtIds')
  const first = args.whole('stmtId') ?? 0
  const ids = given?.type === T.ARRAY ? itemsOf(given).map(readNumber) : []
  const named = sessions.written.map((at) => new Int32(ids[at] ?? first + at))
  return withFields(reply, /^findandmodify$/i.test(args.name) ? { retriedStmtId: named[0] } : { retriedStmtIds: named })
}

const runSnapshotRead = (engine: Engine, concern: ReadConcern, work: () => Buffer): Buffer => {
  const snapshot = engine.snapshots.take(concern.atClusterTime)
  engine.commit.start()
  return withClusterTime(engine.snapshots.read(snapshot, work), timestampOf(snapshot))
}

const run = (engine: Engine, args: Args, db: string, command: Command, work: () => Buffer): Buffer => {
  const lsid = sessionOf(args)
  engine.sessions.use(lsid)
  engine.sessions.begin()
  engine.cursors.session = lsid?.toString('latin1')
  const concern = readConcernOf(args)
  if (command.writes || !isLocalRead(args, concern)) engine.commit.needDisk()
  const identity = identityOf(args, lsid)
  engine.cursors.txn = args.has('autocommit') ? identity?.txn : undefined
  if (identity && args.has('autocommit')) return runInTransaction(engine, args, db, identity, command, work)
  if (args.has('autocommit') || args.has('startTransaction'))
    throw new CommandError(72, "'startTransaction' and 'autocommit' need a transaction number and each other")
  if (concern.level === 'snapshot') return runSnapshotRead(engine, concern, work)
  if (command.writes) return runWrite(engine, args, identity, work)
  if (identity) runWrite(engine, args, identity, work)
  return work()
}

/** The connection a request came by. */
export type Connection = Pick<Call, 'connectionId' | 'address'>

/** Runs one request and gives its reply document. Throws CommandError; any other error is a defect or the file's. */
export const execute = (engine: Engine, request: Request, connection: Connection): Buffer => {
  const args = new Args(request.body, request.sequences)
  engine.metrics.count(args)
  const command = COMMANDS.get(args.name)
  if (!command) throw new CommandError(59, `no such command: '${args.name}'`)
  if (request.legacy && !/^(hello|ismaster)$/i.test(args.name))
    throw new CommandError(352, `Unsupported OP_QUERY command: ${args.name}. The client driver may require an upgrade.`)
  const db = databaseOf(request, args)
  if (!command.open) args.allow(command.fields)
  checkApiVersion(args)
  const unmet = unmetWriteConcern(args)
  if (args.get('writeConcern') && !command.writes && !command.concern)
    throw new CommandError(72, `Command ${args.name} does not support writeConcern`)
  const limitMs = timeLimitOf(args)
  setDeadline(args.name === 'getMore' ? 0 : limitMs)
  allowDiskUse(args.get('allowDiskUse')?.type !== T.BOOL || args.bool('allowDiskUse') !== false)
  try {
    const reply = run(engine, args, db, command, () => command.run({ engine, args, db, ...connection }))
    return unmet ? withFields(reply, { writeConcernError: unmet }) : reply
  } finally {
    // what the process does of its own has no limit
    setDeadline(0)
  }
}
