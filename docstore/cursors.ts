import { randomBytes } from 'node:crypto'
import { CommandError } from './errors.ts'
import type { Parameters } from './parameters.ts'
import { timeLeftMs } from './plan/deadline.ts'

const MAX_OPEN = 10_000

/** A result that is fetched in batches. */
export interface OpenCursor {
  readonly id: bigint
  readonly ns: string
  readonly results: Results
  /** the session it was opened in */
  readonly session: string | undefined
  /** the number of the transaction it was opened in */
  readonly txn: number | undefined
  usedAtMs: number
  /** what the command that opened it left of its maxTimeMS: all its batches together get no more */
  leftMs: number
  /** why it can give no more, where what it read is gone */
  killed?: string
  /** until when a getMore waits for what is to come */
  waitUntilMs?: number | undefined
}

/** Documents with one look ahead, so that the last batch is known to be the last. */
export class Results {
  /** set where it stays open at its end, because more may come, and whether asking for more waits for it */
  readonly tail: { readonly awaitData: boolean } | undefined
  private source: Iterator<Buffer>
  private ahead: IteratorResult<Buffer> | undefined

  constructor(source: Iterable<Buffer>, tail?: { awaitData: boolean }) {
    this.tail = tail
    this.source = source[Symbol.iterator]()
  }

  peek(): Buffer | undefined {
    if (!this.ahead || (this.ahead.done && this.tail)) this.ahead = this.source.next()
    return this.ahead.done ? undefined : this.ahead.value
  }

  take(): void {
    this.ahead = undefined
  }

  /** Reads everything now: what is read later would not be the same. */
  drain(): void {
    const ahead = this.peek()
    if (ahead === undefined) return
    const rest = [ahead]
    for (let next = this.source.next(); !next.done; next = this.source.next()) rest.push(next.value)
    this.source = rest[Symbol.iterator]()
    this.ahead = undefined
  }
}

/** Open cursors by id. One that is not asked for long is closed. */
export class Cursors {
  private readonly open = new Map<bigint, OpenCursor>()
  /** the session of the command that runs now */
  session: string | undefined
  /** the number of the transaction it is part of */
  txn: number | undefined
  private readonly now: () => number
  private readonly parameters: Parameters
  private readonly mustDrain: () => boolean

  constructor(now: () => number, parameters: Parameters, mustDrain: () => boolean) {
    this.now = now
    this.parameters = parameters
    this.mustDrain = mustDrain
  }

  add(ns: string, results: Results): OpenCursor {
    if (this.open.size >= MAX_OPEN) throw new CommandError(2, 'too many open cursors')
    if (this.mustDrain() && !results.tail) results.drain()
    const id = randomBytes(8).readBigUInt64LE() >> 1n || 1n
    const { session, txn } = this
    const cursor: OpenCursor = { id, ns, results, session, txn, usedAtMs: this.now(), leftMs: timeLeftMs() }
    this.open.set(id, cursor)
    return cursor
  }

  /** A cursor is read where it was opened: in its session and transaction, or outside of any. */
  private checkOwner({ id, session, txn }: OpenCursor): void {
    const refuse = (code: number, how: string): never => {
      throw new CommandError(code, `Cannot run getMore on cursor ${id}, which was ${how}`)
    }
    if (session === undefined && this.session !== undefined) refuse(50736, 'not created in a session, in a session')
    if (session !== undefined && this.session === undefined) refuse(50737, 'created in a session, without an lsid')
    if (session !== this.session) refuse(50738, 'created in another session')
    if (txn === undefined && this.txn !== undefined) refuse(50739, `not created in a transaction, in ${this.txn}`)
    if (txn !== undefined && this.txn === undefined) refuse(50740, `created in transaction ${txn}, without a txnNumber`)
    if (txn !== this.txn) refuse(50741, `created in transaction ${txn}, in transaction ${this.txn}`)
  }

  /** Throws 43 when it is unknown, 175 when its collection is gone, 13 when it is about another collection, 50736 to 50741 when it is of others. */
  get(id: bigint, ns: string): OpenCursor {
    const cursor = this.open.get(id)
    if (!cursor) throw new CommandError(43, `cursor id ${id} not found`)
    if (cursor.killed !== undefined) {
      this.open.delete(id)
      throw new CommandError(175, cursor.killed)
    }
    if (cursor.ns !== ns)
      throw new CommandError(
        13,
        `Requested getMore on namespace '${ns}', but cursor belongs to a different namespace ${cursor.ns}`,
      )
    this.checkOwner(cursor)
    cursor.usedAtMs = this.now()
    return cursor
  }

  has(id: bigint): boolean {
    return this.open.has(id)
  }

  remove(id: bigint): void {
    this.open.delete(id)
  }

  /** Ends the cursors of a collection that is gone: whoever asks them for more is told why. */
  killOf(ns: string, why: string): void {
    for (const cursor of this.open.values()) if (cursor.ns === ns) cursor.killed ??= why
  }

  /** Closes what a session left open; without one, what all sessions did. */
  removeOfSession(session?: string): void {
    for (const cursor of this.open.values())
      if (cursor.session !== undefined && (session === undefined || cursor.session === session))
        this.open.delete(cursor.id)
  }

  /** Closes what a transaction left open. */
  removeOfTransaction(session: string, txn: number): void {
    for (const cursor of this.open.values())
      if (cursor.txn === txn && cursor.session === session) this.open.delete(cursor.id)
  }

  sweep(): void {
    const oldest = this.now() - this.parameters.cursorTimeoutMillis
    for (const cursor of this.open.values()) if (cursor.usedAtMs < oldest) this.open.delete(cursor.id)
  }

  get size(): number {
    return this.open.size
  }
}
