import type { DatabaseSync } from 'node:sqlite'
import { CommandError } from './errors.ts'
import type { Collection } from './store/collection.ts'
import type { Index } from './store/index.ts'
import type { Records } from './store/records.ts'

const LIFETIME_MS = 60_000
const TRANSIENT = ['TransientTransactionError']

interface Version {
  readonly collection: Collection
  readonly rid: number
  doc: Buffer | undefined
}

/** An open transaction: what it changed, and what others changed since it began. */
export interface Transaction {
  readonly lsid: string
  readonly txn: number
  readonly startedAtMs: number
  /** documents as this transaction leaves them */
  readonly own: Map<string, Version>
  /** documents as they were when it began, where others have changed them since */
  readonly foreign: Map<string, Version>
}

const keyOf = (collection: Collection, rid: number): string => `${collection.id}:${rid}`

const writeConflict = (): CommandError =>
  new CommandError(
    112,
    'WriteConflict error: this operation conflicted with another operation. Please retry your operation or multi-document transaction.',
    {},
    TRANSIENT,
  )

/** Error 251 for a transaction that is not open (any more). */
export const noSuchTransaction = (txn: number): CommandError =>
  new CommandError(251, `Given transaction number ${txn} does not match any in-progress transactions.`, {}, TRANSIENT)

/**
 * Transactions over several commands on one SQLite writer. Nothing of an open transaction is kept in the file: each statement
 * runs inside a savepoint in which first the others' later changes are taken back and its own earlier ones put in, and which is
 * rolled back afterwards. So it reads the snapshot it began with, indexes included, and others never see it before its commit.
 * The first to commit a change of a document wins; whoever comes later gets 112.
 */
export class Transactions {
  private readonly sqlite: DatabaseSync
  private readonly records: Records
  private readonly now: () => number
  private readonly open = new Map<string, Transaction>()
  private current: Transaction | undefined

  constructor(sqlite: DatabaseSync, records: Records, now: () => number) {
    this.sqlite = sqlite
    this.records = records
    this.now = now
    records.onChange = (collection, rid, before, after) => this.note(collection, rid, before, after)
  }

  /** True while a statement of a transaction runs. */
  get inside(): boolean {
    return this.current !== undefined
  }

  /** Begins; an older transaction of the session is forgotten. */
  begin(lsid: string, txn: number): Transaction {
    const before = this.open.get(lsid)
    if (before && txn < before.txn)
      throw new CommandError(225, `Transaction ${txn} on this session is older than ${before.txn}`)
    if (before && txn === before.txn)
      throw new CommandError(117, `Transaction ${txn} was already started on this session`)
    const made = { lsid, txn, startedAtMs: this.now(), own: new Map(), foreign: new Map() }
    this.open.set(lsid, made)
    return made
  }

  /** The open transaction of a session, undefined if there is none of that number. */
  find(lsid: string, txn: number): Transaction | undefined {
    const found = this.open.get(lsid)
    if (found?.txn !== txn) return undefined
    if (found.startedAtMs >= this.now() - LIFETIME_MS) return found
    this.open.delete(lsid)
    return undefined
  }

  end(transaction: Transaction): void {
    if (this.open.get(transaction.lsid) === transaction) this.open.delete(transaction.lsid)
  }

  sweep(): void {
    for (const t of this.open.values()) if (t.startedAtMs < this.now() - LIFETIME_MS) this.open.delete(t.lsid)
  }

  private note(collection: Collection, rid: number, before: Buffer | undefined, after: Buffer | undefined): void {
    if (this.open.size === 0) return
    const key = keyOf(collection, rid)
    const { current } = this
    if (!current) {
      for (const t of this.open.values()) if (!t.foreign.has(key)) t.foreign.set(key, { collection, rid, doc: before })
      return
    }
    if (current.foreign.has(key)) throw writeConflict()
    for (const t of this.open.values()) if (t !== current && t.own.has(key)) throw writeConflict()
    const known = current.own.get(key)
    if (known) known.doc = after
    else current.own.set(key, { collection, rid, doc: after })
  }

  /** Puts documents in place of those now in their rows. All are taken out first: they may have exchanged unique keys. */
  private put(versions: Iterable<Version>): CommandError | undefined {
    const list = [...versions]
    for (const { collection, rid } of list) {
      const doc = collection.fetch(rid)
      if (doc) this.records.remove(collection, { rid, doc })
    }
    for (const { collection, rid, doc } of list) {
      const outcome = doc && this.records.insert(collection, doc, rid)
      if (outcome instanceof CommandError) return outcome
    }
    return undefined
  }

  private quietly<R>(work: () => R): R {
    const { onChange } = this.records
    this.records.onChange = undefined
    try {
      return work()
    } finally {
      this.records.onChange = onChange
    }
  }

  private undoing<R>(work: () => R): R {
    const { onMultikey } = this.records
    const flagged: Index[] = []
    const touched = new Set<Collection>()
    this.records.onMultikey = (collection, index) => {
      flagged.push(index)
      onMultikey(collection, index)
    }
    this.sqlite.exec('SAVEPOINT statement')
    try {
      return work()
    } finally {
      for (const { collection } of this.current?.own.values() ?? []) touched.add(collection)
      for (const { collection } of this.current?.foreign.values() ?? []) touched.add(collection)
      this.sqlite.exec('ROLLBACK TO statement; RELEASE statement')
      this.records.onMultikey = onMultikey
      for (const index of flagged) index.multikey = false
      for (const collection of touched) collection.forgetCount()
      this.current = undefined
    }
  }

  /** Runs one statement of a transaction on its snapshot. An error ends the transaction. A group's transaction must be open. */
  run<R>(transaction: Transaction, work: () => R): R {
    try {
      return this.undoing(() => {
        this.current = transaction
        const snapshot = new Map([...transaction.foreign, ...transaction.own])
        const error = this.quietly(() => this.put(snapshot.values()))
        if (error) throw writeConflict()
        return work()
      })
    } catch (error) {
      this.end(transaction)
      throw error
    }
  }

  /** Makes the changes of a transaction true, or throws 112 and forgets them. A group's transaction must be open. */
  commit(transaction: Transaction): void {
    this.end(transaction)
    for (const key of transaction.own.keys()) if (transaction.foreign.has(key)) throw writeConflict()
    this.sqlite.exec('SAVEPOINT statement')
    const error = this.put(transaction.own.values())
    if (error) this.sqlite.exec('ROLLBACK TO statement')
    this.sqlite.exec('RELEASE statement')
    if (!error) return
    for (const { collection } of transaction.own.values()) collection.forgetCount()
    throw writeConflict()
  }
}
