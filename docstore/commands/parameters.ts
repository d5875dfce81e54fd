import type { Document } from 'bson'
import * as T from '../bson/types.ts'
import type { Value } from '../bson/value.ts'
import { type Call, type Command, fields } from '../command.ts'
import type { Engine } from '../engine.ts'
import { badValue, CommandError } from '../errors.ts'
import { readNumber } from '../filter/number.ts'
import { okReply } from '../reply.ts'
import { shellText } from '../store/shell-text.ts'

const GENERAL = new Set([
  '$db',
  'lsid',
  '$clusterTime',
  '$readPreference',
  'comment',
  'allParameters',
  'showDetails',
  'apiVersion',
  'apiStrict',
  'apiDeprecationErrors',
  'maxTimeMS',
  'readConcern',
])

const LEAST: Readonly<Record<string, number>> = {
  ttlMonitorSleepSecs: 1,
  transactionLifetimeLimitSeconds: 1,
  cursorTimeoutMillis: 1,
}

const namesOf = ({ args }: Call): string[] =>
  [...args.fields.keys()].filter((name) => name !== args.name && !GENERAL.has(name))

const checkAdmin = ({ args, db }: Call): void => {
  if (db !== 'admin') throw new CommandError(13, `${args.name} may only be run against the admin database.`)
}

const known = (engine: Engine): Document => ({
  ...engine.parameters,
  featureCompatibilityVersion: { version: '8.0' },
  enableTestCommands: engine.failPoints !== undefined,
  localLogicalSessionTimeoutMinutes: 30,
  minSnapshotHistoryWindowInSeconds: 300,
  requireApiVersion: false,
})

/** Tells parameters by name, or all of them. Throws 72 for one there is not. */
export const getParameter: Command = {
  fields: fields(),
  open: true,
  run: (call) => {
    const { engine, args } = call
    checkAdmin(call)
    const all = known(engine)
    const first = args.fields.get('getParameter')
    if ((first?.type === T.STRING && args.text('getParameter') === '*') || args.bool('allParameters'))
      return okReply(all)
    const asked = namesOf(call).filter((name) => all[name] !== undefined)
    if (asked.length === 0) throw new CommandError(72, 'no option found to get')
    return okReply(Object.fromEntries(asked.map((name) => [name, all[name]])))
  },
}

const truthOf = (name: string, v: Value): boolean => {
  if (v.type === T.BOOL) return v.buf[v.start] === 1
  if (T.isNumeric(v.type)) return readNumber(v) !== 0
  throw badValue(`Failed to coerce value of parameter ${name} to a bool: ${shellText(v)}`)
}

const numberOf = (name: string, v: Value): number => {
  const n = T.isNumeric(v.type) ? Math.trunc(readNumber(v)) : Number.NaN
  if (Number.isNaN(n)) throw badValue(`Failed to coerce value of parameter ${name} to a number: ${shellText(v)}`)
  const least = LEAST[name] ?? 0
  if (n < least || n > 2 ** 31 - 1)
    throw badValue(`Invalid value for parameter ${name}: ${n} is not greater than or equal to ${least}`)
  return n
}

/** Changes parameters; tells what the last one was. Throws 72 for one there is not, 20 for one that is as it is. */
export const setParameter: Command = {
  fields: fields(),
  open: true,
  run: (call) => {
    const { engine, args } = call
    checkAdmin(call)
    const names = namesOf(call)
    if (names.length === 0) throw new CommandError(72, 'no option found to set, use help:true to see options ')
    const { parameters } = engine
    const changed: Document = {}
    for (const name of names) {
      const now = parameters[name as keyof typeof parameters]
      if (now === undefined && known(engine)[name] !== undefined)
        throw new CommandError(20, `not allowed to change [${name}] at runtime`)
      if (now === undefined)
        throw new CommandError(72, `attempted to set unrecognized parameter [${name}], use help:true to see options `)
      const v = args.fields.get(name) as Value
      changed[name] = typeof now === 'boolean' ? truthOf(name, v) : numberOf(name, v)
    }
    const was = parameters[names.at(-1) as keyof typeof parameters]
    Object.assign(parameters, changed)
    return okReply({ was })
  },
}
