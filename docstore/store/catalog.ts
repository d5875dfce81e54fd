import { randomBytes } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import type { Document } from 'bson'
import { deserialize } from 'bson'
import { toBson } from '../bson/js.ts'
import { CommandError } from '../errors.ts'
import { asBuffer, Collection } from './collection.ts'
import { createIndexTable, type Index, type IndexSpec } from './index.ts'

const MAX_NS_BYTES = 255
/** begins the stored name of a collection that an open transaction made; no client can give such a name */
const HIDDEN = '\0'

/** the names that may begin with "system." */
const SYSTEM = /^system\.(?:views|profile|js|users|roles|version|buckets\..+)$/

const read = (bytes: unknown): Document => deserialize(asBuffer(bytes as Uint8Array), { promoteValues: true })

const checkName = (db: string, name: string): void => {
  const bad = (why: string): never => {
    throw new CommandError(73, `Invalid namespace specified '${db}.${name}': ${why}`)
  }
  if (db === '' || /[/\\. "$\0]/.test(db) || Buffer.byteLength(db) > 63) bad('the database name is not allowed')
  if (name === '' || name.includes('\0') || name.startsWith('.') || name.endsWith('.'))
    bad('the collection name is not allowed')
  if (name.startsWith('system.') && !SYSTEM.test(name))
    throw new CommandError(73, `Invalid system namespace: ${db}.${name}`)
  if (name.includes('$')) throw new CommandError(73, `Invalid collection name: ${name}`)
  if (Buffer.byteLength(`${db}.${name}`) > MAX_NS_BYTES) bad(`longer than ${MAX_NS_BYTES} bytes`)
}

/** Which collections and indexes there are. The tables of SQLite are the truth; this is what was read from them. */
export class Catalog {
  private readonly sqlite: DatabaseSync
  private byNs = new Map<string, Collection>()
  private ids = new Map<number, Collection>()
  /** greatest id ever given: an id is not used twice in the life of a process */
  private lastId = 0
  /** collections only the transaction that runs now can see */
  overlay: Map<string, Collection> | undefined
  /** told before a collection goes */
  onDrop: (collection: Collection) => void = () => {}

  /** `readOnly`: beside a server that owns the file. */
  constructor(sqlite: DatabaseSync, readOnly = false) {
    this.sqlite = sqlite
    this.reload()
    if (readOnly) return
    for (const collection of this.ids.values()) if (collection.name.startsWith(HIDDEN)) this.drop(collection)
  }

  /** Reads everything again: at start, and after a rollback. */
  reload(): void {
    this.byNs = new Map()
    const byId = new Map<number, Collection>()
    this.ids = byId
    for (const row of this.sqlite.prepare('SELECT id, db, name, options, uuid FROM collections').all()) {
      const { id, db, name, options, uuid } = row as {
        id: number
        db: string
        name: string
        options: Uint8Array
        uuid: Uint8Array
      }
      const collection = new Collection(this.sqlite, id, { db, name }, read(options), asBuffer(uuid))
      byId.set(id, collection)
      this.lastId = Math.max(this.lastId, id)
      if (!name.startsWith(HIDDEN)) this.byNs.set(collection.ns, collection)
    }
    for (const row of this.sqlite.prepare('SELECT id, collection, spec, multikey FROM indexes ORDER BY id').all())
      byId.get(Number(row.collection))?.addIndex(Number(row.id), read(row.spec) as IndexSpec, row.multikey === 1)
  }

  find(db: string, name: string): Collection | undefined {
    const ns = `${db}.${name}`
    return this.overlay?.get(ns) ?? this.byNs.get(ns)
  }

  byId(id: number): Collection | undefined {
    return this.ids.get(id)
  }

  list(db?: string): Collection[] {
    const all = [...this.byNs.values()]
    return db === undefined ? all : all.filter((c) => c.db === db)
  }

  /** Throws 13297 for a new database whose name differs from that of another only in case. */
  private checkCase(db: string): void {
    const names = new Set([...this.ids.values()].map((collection) => collection.db))
    if (names.has(db)) return
    const lower = db.toLowerCase()
    const other = [...names].find((name) => name.toLowerCase() === lower)
    if (other)
      throw new CommandError(
        13297,
        `db already exists with different case already have: [${other}] trying to create [${db}]`,
      )
  }

  /**
   * Makes a collection with its _id index, or a view, which has no documents; within a transaction a hidden one. Throws 73 for a
   * name that is not allowed.
   */
  create(db: string, name: string, options: Document): Collection {
    checkName(db, name)
    this.checkCase(db)
    const { overlay } = this
    const uuid = randomBytes(16)
    const id = ++this.lastId
    this.sqlite
      .prepare('INSERT INTO collections(id, db, name, options, uuid) VALUES(?, ?, ?, ?, ?)')
      .run(id, db, overlay ? `${HIDDEN}${id}` : name, toBson(options), uuid)
    this.sqlite.exec(`CREATE TABLE d${id}(r INTEGER PRIMARY KEY, doc BLOB NOT NULL)`)
    const collection = new Collection(this.sqlite, id, { db, name }, options, uuid)
    this.ids.set(id, collection)
    if (overlay) overlay.set(collection.ns, collection)
    else this.byNs.set(collection.ns, collection)
    const inherited = options.collation && !options.viewOn ? { collation: options.collation } : {}
    const repeated = options.timeseries ? { unique: false } : {}
    this.addIndex(collection, { v: 2, key: { _id: 1 }, name: '_id_', ...repeated, ...inherited })
    return collection
  }

  /** Shows a collection that a transaction made to everyone. */
  publish(collection: Collection): void {
    this.sqlite.prepare('UPDATE collections SET name = ? WHERE id = ?').run(collection.name, collection.id)
    this.byNs.set(collection.ns, collection)
  }

  /** The collection, made now if this is the first write to it. */
  ensure(db: string, name: string): Collection {
    return this.find(db, name) ?? this.create(db, name, {})
  }

  addIndex(collection: Collection, spec: IndexSpec): Index {
    const { lastInsertRowid } = this.sqlite
      .prepare('INSERT INTO indexes(collection, spec) VALUES(?, ?)')
      .run(collection.id, toBson(spec))
    const id = Number(lastInsertRowid)
    createIndexTable(this.sqlite, id, spec)
    return collection.addIndex(id, spec, false)
  }

  dropIndex(collection: Collection, index: Index): void {
    this.sqlite.prepare('DELETE FROM indexes WHERE id = ?').run(index.id)
    this.sqlite.exec(`DROP TABLE ${index.table}`)
    if (index.labels) this.sqlite.exec(`DROP TABLE l${index.id}`)
    collection.indexes = collection.indexes.filter((other) => other !== index)
  }

  drop(collection: Collection): void {
    this.onDrop(collection)
    for (const index of collection.indexes) this.dropIndex(collection, index)
    this.sqlite.exec(`DROP TABLE ${collection.table}`)
    this.sqlite.prepare('DELETE FROM collections WHERE id = ?').run(collection.id)
    this.ids.delete(collection.id)
    if (this.byNs.get(collection.ns) === collection) this.byNs.delete(collection.ns)
  }

  /** Gives a collection another name. */
  rename(collection: Collection, db: string, name: string): void {
    checkName(db, name)
    this.sqlite.prepare('UPDATE collections SET db = ?, name = ? WHERE id = ?').run(db, name, collection.id)
    this.byNs.delete(collection.ns)
    collection.db = db
    collection.name = name
    this.byNs.set(collection.ns, collection)
  }

  setOptions(collection: Collection, options: Document): void {
    collection.options = options
    this.sqlite.prepare('UPDATE collections SET options = ? WHERE id = ?').run(toBson(options), collection.id)
  }

  setSpec(collection: Collection, index: Index, spec: IndexSpec): void {
    this.sqlite.prepare('UPDATE indexes SET spec = ? WHERE id = ?').run(toBson(spec), index.id)
    collection.indexes = collection.indexes.filter((other) => other !== index)
    collection.addIndex(index.id, spec, index.multikey)
  }

  noteMultikey(index: Index): void {
    this.sqlite.prepare('UPDATE indexes SET multikey = 1 WHERE id = ?').run(index.id)
  }
}
