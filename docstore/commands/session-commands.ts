import { randomBytes } from 'node:crypto'
import { Binary } from 'bson'
import type { Args } from '../args.ts'
import * as T from '../bson/types.ts'
import { findField, itemsOf } from '../bson/value.ts'
import { type Call, type Command, fields } from '../command.ts'
import type { Engine } from '../engine.ts'
import { CommandError } from '../errors.ts'
import { okReply } from '../reply.ts'

const ID = Buffer.from('id')
const TIMEOUT_MINUTES = 30

const idsOf = (args: Args): Buffer[] => {
  const list = args.get(args.name)
  if (list?.type !== T.ARRAY)
    throw new CommandError(14, `BSON field '${args.name}.${args.name}' must be an array of session ids`)
  return itemsOf(list).map((v) => {
    const id = v.type === T.OBJECT ? findField(v.buf, v.start, ID) : undefined
    if (id?.type !== T.BINARY || id.end - id.start !== 21)
      throw new CommandError(40414, `BSON field '${args.name}.id' is missing but a required field, a UUID`)
    return Buffer.from(id.buf.subarray(id.start, id.end))
  })
}

/** Ends what a session has under way: its transaction and its cursors. */
const stopWork = (engine: Engine, lsid: Buffer): void => {
  const session = lsid.toString('latin1')
  engine.transactions.abortOf(session)
  engine.cursors.removeOfSession(session)
}

const endSessions: Command = {
  fields: fields(),
  run: ({ engine, args }) => {
    for (const lsid of idsOf(args)) {
      stopWork(engine, lsid)
      if (engine.sessions.has(lsid)) engine.commit.start()
      engine.sessions.end(lsid)
    }
    return okReply()
  },
}

const refreshSessions: Command = {
  fields: fields(),
  run: ({ engine, args }) => {
    for (const lsid of idsOf(args)) engine.sessions.use(lsid)
    return okReply()
  },
}

const killSessions: Command = {
  fields: fields(),
  run: ({ engine, args }) => {
    const ids = idsOf(args)
    for (const lsid of ids) stopWork(engine, lsid)
    if (ids.length === 0) stopAll(engine)
    return okReply()
  },
}

const stopAll = (engine: Engine): void => {
  engine.transactions.abortAll()
  engine.cursors.removeOfSession()
}

/** There are no users to tell apart: whatever users or patterns are named, all sessions are theirs. */
const killAllSessions = ({ engine, args }: Call): Buffer => {
  const list = args.get(args.name)
  if (list?.type !== T.ARRAY) throw new CommandError(14, `BSON field '${args.name}.${args.name}' must be an array`)
  stopAll(engine)
  return okReply()
}

const startSession: Command = {
  fields: fields(),
  run: ({ engine }) => {
    const bytes = randomBytes(16)
    bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40
    bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80
    engine.sessions.use(Buffer.from([16, 0, 0, 0, 4, ...bytes]))
    return okReply({ id: { id: new Binary(bytes, 4) }, timeoutMinutes: TIMEOUT_MINUTES })
  },
}

export const SESSION_COMMANDS: Readonly<Record<string, Command>> = {
  startSession,
  endSessions,
  refreshSessions,
  killSessions,
  killAllSessions: { fields: fields(), run: killAllSessions },
}
