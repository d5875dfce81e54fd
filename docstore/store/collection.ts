import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Document } from 'bson'
import { type Collation, storedCollation } from '../collation/collation.ts'
import { Index, type IndexSpec } from './index.ts'

/** A document as it is stored: its row number and its BSON. */
export interface Row {
  readonly rid: number
  readonly doc: Buffer
}

/** SQLite gives plain bytes; the readers want a Buffer over the same memory. */
export const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** A collection: its documents' table, its indexes, and the statements over them. */
export class Collection {
  readonly id: number
  db: string
  name: string
  options: Document
  readonly uuid: Buffer
  /** the _id index first, then unique ones, then the rest */
  indexes: Index[] = []
  readonly table: string
  readonly insertDoc: StatementSync
  readonly replaceDoc: StatementSync
  readonly deleteDoc: StatementSync
  readonly docByRid: StatementSync
  readonly nextDocs: StatementSync
  readonly prevDocs: StatementSync
  private readonly sqlite: DatabaseSync
  private lastRid: number
  private counted = -1
  private weighed = -1

  constructor(sqlite: DatabaseSync, id: number, ns: { db: string; name: string }, options: Document, uuid: Buffer) {
    this.sqlite = sqlite
    this.id = id
    this.db = ns.db
    this.name = ns.name
    this.options = options
    this.uuid = uuid
    this.table = `d${id}`
    this.insertDoc = sqlite.prepare(`INSERT INTO ${this.table}(r, doc) VALUES(?, ?)`)
    this.replaceDoc = sqlite.prepare(`UPDATE ${this.table} SET doc = ? WHERE r = ?`)
    this.deleteDoc = sqlite.prepare(`DELETE FROM ${this.table} WHERE r = ?`)
    this.docByRid = sqlite.prepare(`SELECT doc FROM ${this.table} WHERE r = ?`)
    this.nextDocs = sqlite.prepare(`SELECT r, doc FROM ${this.table} WHERE r > ? ORDER BY r LIMIT ?`)
    this.prevDocs = sqlite.prepare(`SELECT r, doc FROM ${this.table} WHERE r < ? ORDER BY r DESC LIMIT ?`)
    this.nextDocs.setReturnArrays(true)
    this.prevDocs.setReturnArrays(true)
    this.lastRid = Number(sqlite.prepare(`SELECT max(r) AS r FROM ${this.table}`).get()?.r ?? 0)
  }

  /** How texts compare here unless a command says otherwise. */
  get collation(): Collation | undefined {
    return storedCollation(this.options.collation)
  }

  get ns(): string {
    return `${this.db}.${this.name}`
  }

  get idIndex(): Index {
    return this.indexes[0] as Index
  }

  prepare(sql: string): StatementSync {
    return this.sqlite.prepare(sql)
  }

  /** Runs several reads as one: SQLite locks its log once for all of them. */
  together<R>(work: () => R): R {
    if (this.sqlite.isTransaction) return work()
    this.sqlite.exec('BEGIN')
    try {
      return work()
    } finally {
      this.sqlite.exec('COMMIT')
    }
  }

  newRid(): number {
    return ++this.lastRid
  }

  /** The document of a row, undefined if it is gone. */
  fetch(rid: number): Buffer | undefined {
    const row = this.docByRid.get(rid)
    return row ? asBuffer(row.doc as Uint8Array) : undefined
  }

  /** Number of documents; counted once, then kept. */
  get count(): number {
    if (this.counted < 0) {
      // the _id index holds one key of every document in far fewer pages
      const table = this.indexes[0]?.name === '_id_' ? this.indexes[0].table : this.table
      this.counted = Number(this.sqlite.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.n)
    }
    return this.counted
  }

  /** Keeps `count` right as documents come and go. */
  countBy(difference: number): void {
    if (this.counted >= 0) this.counted += difference
  }

  /** Bytes of all documents; added up once, then kept. */
  get bytes(): number {
    if (this.weighed < 0)
      this.weighed = Number(
        this.sqlite.prepare(`SELECT coalesce(sum(length(doc)), 0) AS n FROM ${this.table}`).get()?.n,
      )
    return this.weighed
  }

  /** Keeps `bytes` right. */
  weighBy(difference: number): void {
    if (this.weighed >= 0) this.weighed += difference
  }

  /** After a rollback nothing that was counted holds. */
  forgetCount(): void {
    this.counted = -1
    this.weighed = -1
  }

  addIndex(id: number, spec: IndexSpec, multikey: boolean): Index {
    const index = new Index(this.sqlite, id, spec, multikey)
    const order = (i: Index): number => (i.name === '_id_' ? 0 : i.unique ? 1 : 2)
    this.indexes = [...this.indexes, index].sort((a, b) => order(a) - order(b) || a.id - b.id)
    return index
  }

  indexNamed(name: string): Index | undefined {
    if (this.options.clusteredIndex?.name === name) return this.idIndex
    return this.indexes.find((index) => index.name === name)
  }
}
