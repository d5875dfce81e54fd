import type { DatabaseSync } from 'node:sqlite'
import { CommandError } from './errors.ts'
import type { Parameters } from './parameters.ts'
import type { Catalog } from './store/catalog.ts'
import type { Collection } from './store/collection.ts'
import type { Records } from './store/records.ts'
import { Versions, type View, writeConflict } from './versions.ts'

/** An open transaction: what it changed, what it made, and what others changed since it began. */
export interface Transaction extends View {
  readonly lsid: string
  readonly txn: number
  readonly startedAtMs: number
  /** collections that are its own until it commits */
  readonly made: Map<string, Collection>
}

/** What transactions stand on. */
interface Parts {
  readonly sqlite: DatabaseSync
  readonly catalog: Catalog
  readonly records: Records
  readonly parameters: Parameters
  readonly startWriting: () => void
  readonly now: () => number
}

/** Error 251 for a transaction that is not open (any more). */
export const noSuchTransaction = (txn: number): CommandError =>
  new CommandError(
    251,
    `Given transaction number ${txn} does not match any in-progress transactions. The active transaction number is -1`,
    {},
    ['TransientTransactionError'],
  )

/**
 * Transactions over several commands on one SQLite writer. Nothing of an open transaction's documents is kept in the file: each
 * statement runs on a view (versions.ts) that is undone afterwards, so others never see it before its commit. Collections it
 * makes are in the file under a hidden name; a start after a crash removes them. The first to commit a change of a document
 * wins; whoever comes later gets 112.
 */
export class Transactions {
  private readonly sqlite: DatabaseSync
  private readonly catalog: Catalog
  private readonly versions: Versions
  private readonly startWriting: () => void
  private readonly parameters: Parameters
  private readonly now: () => number
  private readonly open = new Map<string, Transaction>()
  /** told when a transaction is over, however it ended */
  onEnd: (transaction: Transaction) => void = () => {}

  constructor(versions: Versions, parts: Parts) {
    const { sqlite, catalog, startWriting, parameters, now } = parts
    this.sqlite = sqlite
    this.catalog = catalog
    this.versions = versions
    this.startWriting = startWriting
    this.parameters = parameters
    this.now = now
    catalog.onDrop = (collection) => this.dropped(collection)
  }

  /** True while a statement of a transaction, or a read of the past, runs. */
  get inside(): boolean {
    return this.versions.inside
  }

  get size(): number {
    return this.open.size
  }

  list(): Transaction[] {
    return [...this.open.values()]
  }

  /** The number of a session's open transaction, -1 without one. */
  numberOf(lsid: string): number {
    return this.open.get(lsid)?.txn ?? -1
  }

  /** Throws 225 if a newer transaction of the session is open; ends an older one. */
  supersede(lsid: string, txn: number): void {
    const before = this.open.get(lsid)
    if (!before) return
    if (txn < before.txn)
      throw new CommandError(
        225,
        `Cannot start transaction with number ${txn} on this session because a newer one (${before.txn}) is in progress.`,
      )
    if (txn > before.txn) this.abort(before)
  }

  /** Begins; an older transaction of the session is aborted. */
  begin(lsid: string, txn: number): Transaction {
    this.supersede(lsid, txn)
    if (this.open.has(lsid))
      throw new CommandError(117, `Transaction ${txn} was already started on this session`, {}, [])
    const made: Transaction = {
      lsid,
      txn,
      startedAtMs: this.now(),
      own: new Map(),
      foreign: new Map(),
      claimed: new Set(),
      made: new Map(),
    }
    this.open.set(lsid, made)
    this.versions.views.add(made)
    return made
  }

  /** The open transaction of a session, undefined if there is none of that number. */
  find(lsid: string, txn: number): Transaction | undefined {
    const found = this.open.get(lsid)
    if (found?.txn !== txn) return undefined
    if (!this.isOver(found)) return found
    this.abort(found)
    return undefined
  }

  private isOver({ startedAtMs }: Transaction): boolean {
    return startedAtMs < this.now() - this.parameters.transactionLifetimeLimitSeconds * 1000
  }

  private end(transaction: Transaction): void {
    if (this.open.get(transaction.lsid) === transaction) this.open.delete(transaction.lsid)
    this.versions.views.delete(transaction)
    this.onEnd(transaction)
  }

  /** Ends a transaction without a trace. */
  abort(transaction: Transaction): void {
    this.end(transaction)
    if (transaction.made.size) this.startWriting()
    for (const collection of transaction.made.values()) this.catalog.drop(collection)
    transaction.made.clear()
  }

  /** Aborts the open transaction of a session, if it has one. */
  abortOf(lsid: string): void {
    const found = this.open.get(lsid)
    if (found) this.abort(found)
  }

  abortAll(): void {
    for (const transaction of [...this.open.values()]) this.abort(transaction)
  }

  sweep(): void {
    for (const t of [...this.open.values()]) if (this.isOver(t)) this.abort(t)
  }

  /** After a rollback of the file no open transaction knows what it stands on. */
  forget(): void {
    this.open.clear()
    this.versions.views.clear()
  }

  private dropped(collection: Collection): void {
    for (const t of [...this.open.values()])
      for (const version of t.own.values())
        if (version.collection === collection.id) {
          this.abort(t)
          break
        }
    this.versions.forgetCollection(collection)
  }

  /** Runs one statement of a transaction on its view. An error ends the transaction. A group must be open. */
  run<R>(transaction: Transaction, work: () => R): R {
    return this.guarded(transaction, () => this.versions.run(transaction, work))
  }

  /** Runs what makes collections and indexes: only the transaction sees them before its commit. */
  define<R>(transaction: Transaction, work: () => R): R {
    return this.guarded(transaction, work)
  }

  private guarded<R>(transaction: Transaction, work: () => R): R {
    this.catalog.overlay = transaction.made
    try {
      return work()
    } catch (error) {
      this.catalog.overlay = undefined
      this.abort(transaction)
      throw error
    } finally {
      this.catalog.overlay = undefined
    }
  }

  /** Makes the changes of a transaction true, or throws 112 and forgets them. A group must be open. */
  commit(transaction: Transaction): void {
    const clash =
      [...transaction.own.keys()].some((key) => transaction.foreign.has(key)) ||
      [...transaction.made.values()].some(({ db, name }) => this.catalog.find(db, name))
    if (clash) {
      this.abort(transaction)
      throw writeConflict()
    }
    this.end(transaction)
    this.sqlite.exec('SAVEPOINT statement')
    const error = this.versions.put(transaction.own.values())
    if (error) this.sqlite.exec('ROLLBACK TO statement')
    this.sqlite.exec('RELEASE statement')
    if (error) {
      this.versions.forgetCounts(transaction)
      this.abort(transaction)
      throw writeConflict()
    }
    for (const collection of transaction.made.values()) this.catalog.publish(collection)
  }
}

/** Transactions over the records of an engine. */
export const openTransactions = (parts: Parts): { transactions: Transactions; versions: Versions } => {
  const versions = new Versions(parts.sqlite, parts.catalog, parts.records)
  return { versions, transactions: new Transactions(versions, parts) }
}
