import { Args } from './args.ts'
import * as T from './bson/types.ts'
import { docValue, entriesOf, findField, itemsOf, stringOf, type Value } from './bson/value.ts'
import { badValue, CommandError } from './errors.ts'
import { readNumber } from './filter/number.ts'
import type { Records } from './store/records.ts'

const KNOWN = ['failCommand', 'onPrimaryTransactionalWrite'] as const
type Name = (typeof KNOWN)[number]

const NONE: ReadonlyMap<string, readonly Value[]> = new Map()
const MAX_BLOCK_MS = 600_000
const DATA = new Set([
  'failCommands',
  'errorCode',
  'errorLabels',
  'errorExtraInfo',
  'closeConnection',
  'writeConcernError',
  'blockConnection',
  'blockTimeMS',
  'appName',
  'namespace',
  'threadName',
  'failInternalCommands',
  'failLocalClients',
  'failAllCommands',
  'failBeforeCommitExceptionCode',
])

/** What is done to a command on purpose. */
export interface Fault {
  /** milliseconds to wait before anything else */
  readonly blockMs: number
  /** the connection ends instead of an answer */
  readonly close: boolean
  readonly errorCode: number | undefined
  /** takes the place of the labels the server would give */
  readonly labels: string[] | undefined
  readonly writeConcernError: Value | undefined
}

interface Point {
  /** commands to let pass before it takes effect */
  skip: number
  /** how often it still takes effect */
  times: number
  /** how often it was reached */
  entered: number
  readonly commands: ReadonlySet<string>
  readonly appName: string | undefined
  readonly namespace: string | undefined
  readonly fault: Fault
}

const own = (v: Value): Value => docValue(Buffer.from(v.buf.subarray(v.start, v.end)))

const texts = (v: Value | undefined, field: string): string[] | undefined => {
  if (!v) return undefined
  if (v.type !== T.ARRAY) throw badValue(`fail point field '${field}' must be an array of strings`)
  return itemsOf(v).map((item) => {
    if (item.type !== T.STRING) throw badValue(`fail point field '${field}' must be an array of strings`)
    return stringOf(item)
  })
}

const modeOf = (v: Value | undefined): { skip: number; times: number } => {
  if (v?.type === T.STRING) {
    const text = stringOf(v)
    if (text === 'off') return { skip: 0, times: 0 }
    if (text === 'alwaysOn') return { skip: 0, times: Number.POSITIVE_INFINITY }
    throw badValue(`unknown mode: ${text}`)
  }
  const [name, n] = v?.type === T.OBJECT ? (entriesOf(v)[0] ?? []) : []
  const amount = n && T.isNumeric(n.type) ? readNumber(n) : -1
  if (name === 'times' && amount >= 0) return { skip: 0, times: amount }
  if (name === 'skip' && amount >= 0) return { skip: amount, times: Number.POSITIVE_INFINITY }
  throw badValue("'mode' must be 'off', 'alwaysOn', {times: n} or {skip: n}")
}

const pointOf = (name: Name, args: Args): Point => {
  const data = args.doc('data')
  const given = new Args(data ?? docValue(Buffer.from([5, 0, 0, 0, 0])), NONE, 'data')
  for (const field of given.fields.keys()) if (!DATA.has(field)) throw badValue(`unknown fail point field '${field}'`)
  const transactional = name === 'onPrimaryTransactionalWrite'
  const blockMs = given.bool('blockConnection') ? given.count('blockTimeMS') : 0
  if (blockMs === undefined || blockMs > MAX_BLOCK_MS)
    throw badValue('blockConnection needs blockTimeMS, at most 10 min')
  const concern = given.doc('writeConcernError')
  const code = given.number(transactional ? 'failBeforeCommitExceptionCode' : 'errorCode')
  const fault: Fault = {
    blockMs,
    close: given.bool('closeConnection') ?? transactional,
    errorCode: code,
    labels: texts(given.get('errorLabels'), 'errorLabels'),
    writeConcernError: concern && own(concern),
  }
  const commands = texts(given.get('failCommands'), 'failCommands') ?? []
  return {
    ...modeOf(args.get('mode')),
    entered: 0,
    commands: new Set(commands.map((command) => command.toLowerCase())),
    appName: given.text('appName'),
    namespace: given.text('namespace'),
    fault,
  }
}

const nsOf = (args: Args): string => {
  const [target] = args.fields.values()
  const db = args.fields.get('$db')
  return `${db?.type === T.STRING ? stringOf(db) : ''}.${target?.type === T.STRING ? stringOf(target) : ''}`
}

/** Errors on purpose, for tests of clients. A server has them only if it was started with `--test-commands`. */
export class FailPoints {
  private readonly points = new Map<Name, Point>()
  private closing = false

  /** Sets a fail point; gives how often it had been reached. Throws 2 for one that makes no sense. */
  configure(args: Args): number {
    const name = KNOWN.find((known) => known === args.text('configureFailPoint'))
    if (!name) throw badValue(`${args.text('configureFailPoint')} not found`)
    const before = this.points.get(name)?.entered ?? 0
    this.points.set(name, pointOf(name, args))
    return before
  }

  /** What is to be done to this command, undefined for nothing. */
  reach(args: Args, appName: string | undefined): Fault | undefined {
    if (args.name === 'configureFailPoint') return undefined
    const point = this.points.get('failCommand')
    if (!point?.commands.has(args.name.toLowerCase())) return undefined
    if (point.appName !== undefined && point.appName !== appName) return undefined
    if (point.namespace !== undefined && point.namespace !== nsOf(args)) return undefined
    return this.enter(point)
  }

  /**
   * Runs a retryable write that was not done before. Every statement of it that changes something reaches the fail point; an
   * insert does so once, whatever it brings.
   */
  during<R>(args: Args, records: Records, write: () => R): R {
    const point = this.points.get('onPrimaryTransactionalWrite')
    if (!point) return write()
    let changes = 0
    records.beforeChange = () => {
      const fault = args.name === 'insert' && changes > 0 ? undefined : this.enter(point)
      if (fault?.close) this.closing = true
      if (fault?.errorCode !== undefined) throw new FaultError(fault.errorCode, changes === 0)
      changes++
    }
    try {
      return write()
    } finally {
      records.beforeChange = undefined
    }
  }

  /** Whether the connection of the command that just ran is to end instead of an answer. */
  takeClosing(): boolean {
    const { closing } = this
    this.closing = false
    return closing
  }

  private enter(point: Point): Fault | undefined {
    if (point.times <= 0) return undefined
    point.entered++
    if (point.skip > 0) {
      point.skip--
      return undefined
    }
    point.times--
    return point.fault
  }
}

/** The error a fault asks for. */
export class FaultError extends CommandError {
  /** `whole`: nothing of the command was done, and nothing more of it is tried */
  constructor(code: number, whole: boolean) {
    super(code, "Failing command via 'failCommand' failpoint")
    this.endsCommand = whole
  }
}

const CLIENT = Buffer.from('client')
const APPLICATION = Buffer.from('application')
const NAME = Buffer.from('name')

/** The application name a handshake carries. */
export const appNameOf = (body: Value): string | undefined => {
  let at: Value | undefined = body
  for (const name of [CLIENT, APPLICATION, NAME])
    at = at?.type === T.OBJECT ? findField(at.buf, at.start, name) : undefined
  return at?.type === T.STRING ? stringOf(at) : undefined
}
