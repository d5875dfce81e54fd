import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { CommandError } from './errors.ts'
import { asBuffer } from './store/collection.ts'

interface Last {
  readonly txn: number
  readonly reply: Buffer
}

const SESSION_MS = 30 * 60_000
const MAX_CACHED = 20_000
const MAX_KNOWN = 100_000

/**
 * The last retryable write of every session and the reply it got. It is written in the transaction of the write itself: after a
 * crash a retry finds either both or neither.
 */
export class Sessions {
  private readonly read: StatementSync
  private readonly write: StatementSync
  private readonly expire: StatementSync
  private readonly drop: StatementSync
  private readonly now: () => number
  private done: number[] = []
  private cache = new Map<string, Last | undefined>()
  private readonly uses = new Map<string, number>()

  constructor(sqlite: DatabaseSync, now: () => number) {
    this.now = now
    this.read = sqlite.prepare('SELECT txn, reply FROM sessions WHERE lsid = ?')
    this.write = sqlite.prepare('INSERT OR REPLACE INTO sessions(lsid, txn, reply, at) VALUES(?, ?, ?, ?)')
    this.expire = sqlite.prepare('DELETE FROM sessions WHERE at < ?')
    this.drop = sqlite.prepare('DELETE FROM sessions WHERE lsid = ?')
  }

  /** Sessions kept in memory. */
  get size(): number {
    return this.cache.size
  }

  /** The session's last retryable write or committed transaction. */
  last(lsid: Buffer): Last | undefined {
    const key = lsid.toString('latin1')
    if (this.cache.has(key)) return this.cache.get(key)
    const row = this.read.get(lsid)
    const last = row && { txn: Number(row.txn), reply: asBuffer(row.reply as Uint8Array) }
    this.remember(key, last)
    return last
  }

  /** Notes that a command ran in a session. */
  use(lsid: Buffer | undefined): void {
    if (!lsid) return
    const key = lsid.toString('latin1')
    this.uses.delete(key)
    if (this.uses.size >= MAX_KNOWN) this.uses.delete(this.uses.keys().next().value as string)
    this.uses.set(key, this.now())
  }

  /** Sessions used within the last 30 minutes, the latest last. */
  list(): { lsid: Buffer; usedAtMs: number }[] {
    return [...this.uses].map(([key, usedAtMs]) => ({ lsid: Buffer.from(key, 'latin1'), usedAtMs }))
  }

  private remember(key: string, last: Last | undefined): void {
    if (this.cache.size >= MAX_CACHED) this.cache.clear()
    this.cache.set(key, last)
  }

  /** The stored reply if this write was done before. Throws 225 for a number older than the session's last. */
  replyFor(lsid: Buffer, txn: number): Buffer | undefined {
    const last = this.last(lsid)
    if (!last || txn > last.txn) return undefined
    if (txn < last.txn)
      throw new CommandError(
        225,
        `Retryable write with txnNumber ${txn} is prohibited because a newer one (${last.txn}) has already started on this session.`,
      )
    return last.reply
  }

  /** Notes that the statement at this place of the command wrote something. */
  did(statement: number): void {
    this.done.push(statement)
  }

  /** A command begins: the places of statements from here on are its own. */
  begin(): void {
    this.done = []
  }

  /** The places of the statements that wrote something since the command began. */
  get written(): readonly number[] {
    return this.done
  }

  /** Remembers a reply; to be called inside the write's transaction. */
  store(lsid: Buffer, txn: number, reply: Buffer): void {
    this.write.run(lsid, txn, reply, this.now())
    this.remember(lsid.toString('latin1'), { txn, reply })
  }

  has(lsid: Buffer): boolean {
    return this.last(lsid) !== undefined
  }

  /** Ends a session; inside a transaction. */
  end(lsid: Buffer): void {
    this.drop.run(lsid)
    this.cache.delete(lsid.toString('latin1'))
    this.uses.delete(lsid.toString('latin1'))
  }

  /** Forgets sessions unused for 30 minutes; inside a transaction. */
  sweep(): void {
    this.expire.run(this.now() - SESSION_MS)
    this.cache.clear()
    for (const [key, at] of this.uses) if (at < this.now() - SESSION_MS) this.uses.delete(key)
  }

  /** After a rollback the table is the truth. */
  forget(): void {
    this.cache.clear()
  }
}
