import type { Document } from 'bson'
import { type Command, fields } from '../command.ts'
import { CommandError } from '../errors.ts'
import { okReply } from '../reply.ts'

const GENERAL = new Set(['getParameter', '$db', 'lsid', '$clusterTime', '$readPreference', 'comment', 'allParameters'])
const MESSAGE = /^(apiVersion|apiStrict|apiDeprecationErrors|maxTimeMS|readConcern)$/

/** Tells parameters by name, or all of them. Throws 72 for one there is not. */
export const getParameter: Command = {
  fields: fields(),
  open: true,
  run: ({ engine, args }) => {
    const known: Document = {
      featureCompatibilityVersion: { version: '8.0' },
      enableTestCommands: engine.failPoints !== undefined,
      transactionLifetimeLimitSeconds: 60,
      localLogicalSessionTimeoutMinutes: 30,
      cursorTimeoutMillis: 600_000,
      minSnapshotHistoryWindowInSeconds: 300,
      ttlMonitorEnabled: true,
    }
    const first = args.fields.get('getParameter')
    const all = (first?.type === 2 && args.text('getParameter') === '*') || args.bool('allParameters')
    if (all) return okReply(known)
    const asked = [...args.fields.keys()].filter((name) => !GENERAL.has(name) && !MESSAGE.test(name))
    const missing = asked.find((name) => known[name] === undefined)
    if (missing || asked.length === 0) throw new CommandError(72, 'no option found to get')
    return okReply(Object.fromEntries(asked.map((name) => [name, known[name]])))
  },
}
