import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Collation } from '../collation/collation.ts'
import { labelBetween } from '../collation/labels.ts'
import { OrderedTexts, type Place } from '../collation/ordered-texts.ts'

const textOf = (bytes: unknown): string => Buffer.from(bytes as Uint8Array).toString('utf8')

/** Under this label stands the version of the language data the order was made with. */
const VERSION_LABEL = Buffer.alloc(0)
const LANGUAGE_DATA = String(process.versions.icu)

/**
 * The labels of an index with a collation. Intl.Collator compares texts but gives no keys that sort like them; so every text that
 * an index meets is put in its place among the others and given a label between those of its neighbours. Keys hold the labels.
 * What is in memory may be more than what is in the file, after a rollback, never less, and never another order.
 */
export class Labels {
  readonly collation: Collation
  private readonly db: DatabaseSync
  private readonly table: string
  private readonly keep: StatementSync
  private texts: OrderedTexts | undefined
  private last: Buffer | undefined
  /** looks labels up and keeps none: beside a server that owns the file */
  readOnly = false

  constructor(db: DatabaseSync, id: number, collation: Collation) {
    this.db = db
    this.collation = collation
    this.table = `l${id}`
    this.keep = db.prepare(`INSERT OR IGNORE INTO ${this.table}(label, text) VALUES(?, ?)`)
  }

  private loaded(): OrderedTexts {
    if (this.texts) return this.texts
    const texts = new OrderedTexts(this.collation)
    const rows = this.db.prepare(`SELECT label, text FROM ${this.table} WHERE label > x'' ORDER BY label`)
    for (const row of rows.iterate())
      texts.append({
        text: textOf(row.text),
        label: Buffer.from(row.label as Uint8Array),
      })
    this.texts = texts
    return texts
  }

  /** The label of a text that is about to be stored. */
  readonly labelFor = (text: string): Buffer => {
    const texts = this.loaded()
    const { found, before, next } = texts.place(text)
    const entry = found ?? { text, label: labelBetween(before?.label, next?.label, this.last) }
    if (!found) {
      texts.insert(entry)
      this.last = entry.label
    }
    if (!this.readOnly) this.keep.run(entry.label, Buffer.from(entry.text))
    return entry.label
  }

  /** Where a text of a question is among those that are stored. */
  place(text: string): Place {
    return this.loaded().place(text)
  }

  /** The order was made with other language data than this process has: the index must be built again. */
  get stale(): boolean {
    const row = this.db.prepare(`SELECT text FROM ${this.table} WHERE label = ?`).get(VERSION_LABEL)
    return textOf(row?.text) !== LANGUAGE_DATA
  }

  /** Forgets every text, before the index is built again. */
  clear(): void {
    this.db.exec(`DELETE FROM ${this.table}`)
    this.keep.run(VERSION_LABEL, Buffer.from(LANGUAGE_DATA))
    this.texts = undefined
  }
}

/** Makes the table of an index's labels. */
export const createLabelTable = (db: DatabaseSync, id: number): void => {
  db.exec(`CREATE TABLE l${id}(label BLOB PRIMARY KEY, text BLOB NOT NULL) WITHOUT ROWID`)
  db.prepare(`INSERT INTO l${id}(label, text) VALUES(?, ?)`).run(VERSION_LABEL, Buffer.from(LANGUAGE_DATA))
}
