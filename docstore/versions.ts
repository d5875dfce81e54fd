import type { DatabaseSync } from 'node:sqlite'
import { CommandError } from './errors.ts'
import type { Catalog } from './store/catalog.ts'
import type { Collection } from './store/collection.ts'
import type { Index } from './store/index.ts'
import type { Records } from './store/records.ts'

/** A document at some time; undefined where it was not there. */
export interface Version {
  readonly collection: number
  readonly rid: number
  doc: Buffer | undefined
}

/** What differs from the file for someone who reads a past state of it. */
export interface View {
  /** documents as its own statements leave them */
  readonly own: Map<string, Version>
  /** documents as they were when it began, where others have changed them since */
  readonly foreign: Map<string, Version>
  /** keys its own statements put into unique indexes: to others they are taken until it ends */
  readonly claimed: Set<string>
}

/** A key that the running statement put into a unique index. */
interface Claim {
  readonly collection: number
  readonly index: Index
  readonly key: Buffer
  readonly rid: number
}

/** Error 112, after which the whole transaction may be tried again. */
export const writeConflict = (): CommandError =>
  new CommandError(
    112,
    'WriteConflict error: this operation conflicted with another operation. Please retry your operation or multi-document transaction.',
    {},
    ['TransientTransactionError'],
  )

/**
 * Reads and writes on views. A statement runs inside a savepoint in which first the others' later changes are taken back and the
 * view's own earlier ones put in, and which is rolled back afterwards: so it reads the state it began with, indexes included.
 */
export class Versions {
  /** every view that must be told of changes */
  readonly views = new Set<View>()
  private readonly sqlite: DatabaseSync
  private readonly catalog: Catalog
  private readonly records: Records
  private current: View | undefined
  private claims: Claim[] = []

  constructor(sqlite: DatabaseSync, catalog: Catalog, records: Records) {
    this.sqlite = sqlite
    this.catalog = catalog
    this.records = records
    records.onChange = (collection, rid, before, after) => this.note(collection, rid, before, after)
  }

  get inside(): boolean {
    return this.current !== undefined
  }

  private note(collection: Collection, rid: number, before: Buffer | undefined, after: Buffer | undefined): void {
    if (this.views.size === 0) return
    const key = `${collection.id}:${rid}`
    const { current } = this
    if (!current) {
      for (const view of this.views)
        if (!view.foreign.has(key)) view.foreign.set(key, { collection: collection.id, rid, doc: before })
      return
    }
    if (current.foreign.has(key)) throw writeConflict()
    for (const view of this.views) if (view !== current && view.own.has(key)) throw writeConflict()
    if (after) this.claim(current, collection, rid, after)
    const known = current.own.get(key)
    if (known) known.doc = after
    else current.own.set(key, { collection: collection.id, rid, doc: after })
  }

  /** Throws 112 where another view holds a key of a unique index, notes it for this one otherwise. */
  private claim(current: View, collection: Collection, rid: number, doc: Buffer): void {
    for (const index of collection.indexes) {
      if (!index.unique) continue
      for (const key of index.keysOf(doc).keys) {
        const claim = `${index.id}:${key.toString('latin1')}`
        for (const view of this.views) if (view !== current && view.claimed.has(claim)) throw writeConflict()
        current.claimed.add(claim)
        this.claims.push({ collection: collection.id, index, key, rid })
      }
    }
  }

  /** Throws 112 where a key that a statement claimed was given to another document since its view began. */
  private checkClaims({ own }: View): void {
    const { claims } = this
    this.claims = []
    for (const { collection, index, key, rid } of claims)
      for (const { r } of index.holder.all(key))
        if (Number(r) !== rid && !own.has(`${collection}:${Number(r)}`)) throw writeConflict()
  }

  /** Puts documents in place of those now in their rows. All are taken out first: they may have exchanged unique keys. */
  put(versions: Iterable<Version>): CommandError | undefined {
    const list: { collection: Collection; version: Version }[] = []
    for (const version of versions) {
      const collection = this.catalog.byId(version.collection)
      if (!collection) return writeConflict()
      list.push({ collection, version })
    }
    for (const { collection, version } of list) {
      const doc = collection.fetch(version.rid)
      if (doc) this.records.remove(collection, { rid: version.rid, doc })
    }
    for (const { collection, version } of list) {
      const outcome = version.doc && this.records.insert(collection, version.doc, version.rid)
      if (outcome instanceof CommandError) return outcome
    }
    return undefined
  }

  private quietly<R>(work: () => R): R {
    const { onChange } = this.records
    this.records.onChange = undefined
    this.records.caps = false
    try {
      return work()
    } finally {
      this.records.onChange = onChange
      this.records.caps = true
    }
  }

  forgetCounts(view: View): void {
    const touched = new Set([...view.own.values(), ...view.foreign.values()].map(({ collection }) => collection))
    for (const id of touched) this.catalog.byId(id)?.forgetCount()
  }

  /** A collection is gone: what it held before is no longer to be had. */
  forgetCollection({ id }: Collection): void {
    for (const { foreign } of this.views)
      for (const [key, version] of foreign) if (version.collection === id) foreign.delete(key)
  }

  /** Runs work on a view. The group of the commit must be open. Throws 112 where it meets what others did. */
  run<R>(view: View, work: () => R): R {
    this.claims = []
    const result = this.runUndone(view, work)
    this.checkClaims(view)
    return result
  }

  private runUndone<R>(view: View, work: () => R): R {
    const { onMultikey } = this.records
    const flagged: Index[] = []
    this.records.onMultikey = (collection, index) => {
      flagged.push(index)
      onMultikey(collection, index)
    }
    this.sqlite.exec('SAVEPOINT statement')
    try {
      this.current = view
      const error = this.quietly(() => this.put(new Map([...view.foreign, ...view.own]).values()))
      if (error) throw writeConflict()
      return work()
    } finally {
      this.sqlite.exec('ROLLBACK TO statement; RELEASE statement')
      this.records.onMultikey = onMultikey
      for (const index of flagged) index.multikey = false
      this.forgetCounts(view)
      this.current = undefined
    }
  }
}
