import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Document } from 'bson'
import { toBson } from '../bson/js.ts'
import { docValue } from '../bson/value.ts'
import { storedCollation } from '../collation/collation.ts'
import { matches } from '../filter/match.ts'
import type { Node } from '../filter/node.ts'
import { parseFilter } from '../filter/parse.ts'
import { extractKeys, type KeyField, type Keys } from '../keys/extract.ts'
import { pathOf, topOf } from '../keys/path.ts'
import { createLabelTable, Labels } from './labels.ts'

/** What a client asked for, as listIndexes gives it back. */
export interface IndexSpec extends Document {
  v: number
  key: Record<string, unknown>
  name: string
  unique?: boolean
  sparse?: boolean
  partialFilterExpression?: Document
  expireAfterSeconds?: number
  collation?: Document
  hidden?: boolean
  /** no more duplicates may come, though there may be some: the first step to unique */
  prepareUnique?: boolean
}

/** A time series alone has ids that may come twice. */
const isUnique = (spec: IndexSpec): boolean => spec.unique ?? spec.name === '_id_'

const NO_KEYS: Keys = { keys: [], multikey: false, present: false }

/** One index: which keys a document has in it, and the statements over its table. */
export class Index {
  readonly id: number
  readonly spec: IndexSpec
  readonly fields: readonly KeyField[]
  readonly unique: boolean
  readonly sparse: boolean
  readonly partial: Node | undefined
  /** the keys of texts, where a collation orders them */
  readonly labels: Labels | undefined
  readonly hashed: boolean
  /** names of top-level fields that decide what is in this index */
  readonly tops: ReadonlySet<string>
  multikey: boolean
  readonly add: StatementSync
  readonly remove: StatementSync
  readonly holder: StatementSync
  readonly table: string

  constructor(db: DatabaseSync, id: number, spec: IndexSpec, multikey: boolean) {
    this.id = id
    this.spec = spec
    this.fields = Object.entries(spec.key).map(([path, direction]) => ({
      path: pathOf(path),
      direction: Number(direction) < 0 ? -1 : 1,
      hashed: direction === 'hashed',
    }))
    this.hashed = this.fields.some((field) => field.hashed)
    const collation = storedCollation(spec.collation)
    this.labels = collation && new Labels(db, id, collation)
    this.unique = isUnique(spec)
    this.sparse = spec.sparse === true
    const filter = spec.partialFilterExpression && docValue(toBson(spec.partialFilterExpression))
    this.partial = filter && parseFilter(filter, { collation })
    this.tops = new Set([...this.fields.map((f) => topOf(f.path.text)), ...(this.partial ? topsOf(this.partial) : [])])
    this.multikey = multikey
    this.table = `x${id}`
    this.add = db.prepare(`INSERT OR IGNORE INTO ${this.table}(k, r) VALUES(?, ?)`)
    this.remove = db.prepare(`DELETE FROM ${this.table} WHERE k = ? AND r = ?`)
    this.holder = db.prepare(`SELECT r FROM ${this.table} WHERE k = ?`)
    this.holder.setReadBigInts(false)
  }

  get name(): string {
    return this.spec.name
  }

  /** Adds a key of a document; false where the index may hold it once and another document has it. */
  claim(key: Buffer, rid: number): boolean {
    if (this.spec.prepareUnique && this.holder.all(key).some(({ r }) => Number(r) !== rid)) return false
    return Number(this.add.run(key, rid).changes) === 1
  }

  /** The keys under which this index holds a document; none if it is left out of a sparse or partial index. */
  keysOf(doc: Buffer): Keys {
    if (this.partial && !matches(this.partial, docValue(doc))) return NO_KEYS
    const keys = extractKeys(doc, this.fields, this.labels?.labelFor)
    return this.sparse && !keys.present ? NO_KEYS : keys
  }
}

const topsOf = (node: Node): string[] => {
  if (node.kind === 'field') return [topOf(node.path.text)]
  if (node.kind === 'not') return topsOf(node.part)
  return node.kind === 'call' ? [] : node.parts.flatMap(topsOf)
}

/** Makes the tables of an index. A unique one has its keys as primary key, so that a duplicate is one ignored insert. */
export const createIndexTable = (db: DatabaseSync, id: number, spec: IndexSpec): void => {
  const primary = isUnique(spec) ? 'k' : 'k, r'
  if (spec.collation) createLabelTable(db, id)
  db.exec(`CREATE TABLE x${id}(k BLOB NOT NULL, r INTEGER NOT NULL, PRIMARY KEY(${primary})) WITHOUT ROWID`)
}
