import { hostname } from 'node:os'
import { Binary, type Document, Long } from 'bson'
import type { Command } from '../command.ts'
import { fields } from '../command.ts'
import type { Engine } from '../engine.ts'
import { CommandError } from '../errors.ts'
import { okReply } from '../reply.ts'
import type { Transaction } from '../transactions.ts'

/** A transaction between two of its statements. */
const idle = ({ lsid, txn, startedAtMs }: Transaction, nowMs: number): Document => ({
  type: 'idleSession',
  host: hostname(),
  desc: 'inactive transaction',
  active: false,
  lsid: { id: new Binary(Buffer.from(lsid, 'latin1').subarray(5), 4) },
  transaction: {
    parameters: { txnNumber: Long.fromNumber(txn), autocommit: false },
    startWallClockTime: new Date(startedAtMs).toISOString(),
    timeOpenMicros: Long.fromNumber((nowMs - startedAtMs) * 1000),
  },
})

/** What is under way: the command that asks, since commands run one after another, and open transactions. */
export const operations = (engine: Engine, own: { ns: string; command: Document }, withIdle: boolean): Document[] => {
  const nowMs = engine.now()
  const asking = {
    type: 'op',
    host: hostname(),
    desc: 'conn',
    active: true,
    currentOpTime: new Date(nowMs).toISOString(),
    opid: engine.metrics.network.numRequests,
    secs_running: Long.ZERO,
    microsecs_running: Long.ZERO,
    op: 'command',
    ns: own.ns,
    command: own.command,
    numYields: 0,
    waitingForLock: false,
  }
  return [asking, ...(withIdle ? engine.transactions.list().map((transaction) => idle(transaction, nowMs)) : [])]
}

const checkAdmin = (name: string, db: string): void => {
  if (db !== 'admin') throw new CommandError(13, `${name} may only be run against the admin database.`)
}

const currentOp: Command = {
  fields: fields(),
  open: true,
  run: ({ engine, args, db }) => {
    checkAdmin(args.name, db)
    return okReply({ inprog: operations(engine, { ns: 'admin.$cmd', command: { currentOp: 1 } }, true) })
  },
}

/** Nothing but the asking command ever runs, so there is nothing to end; MongoDB too says no more than that it tries. */
const killOp: Command = {
  fields: fields('op'),
  run: ({ args, db }) => {
    checkAdmin(args.name, db)
    if (!args.has('op')) throw new CommandError(4, 'Did not provide "op" field')
    args.number('op')
    return okReply({ info: 'attempting to kill op' })
  },
}

export const OPERATION_COMMANDS: Readonly<Record<string, Command>> = { currentOp, killOp }
