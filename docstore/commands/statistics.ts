import type { Document } from 'bson'
import { type Command, fields } from '../command.ts'
import type { Engine } from '../engine.ts'
import { CommandError } from '../errors.ts'
import { okReply } from '../reply.ts'
import type { Collection } from '../store/collection.ts'

const bytesOf = (engine: Engine, collection: Collection): number =>
  Number(engine.sqlite.prepare(`SELECT coalesce(sum(length(doc)), 0) AS n FROM ${collection.table}`).get()?.n)

/** Figures of a collection, as collStats and $collStats give them. */
export const collStats = (engine: Engine, collection: Collection): Document => {
  const size = bytesOf(engine, collection)
  const { count } = collection
  return {
    ns: collection.ns,
    size,
    count,
    avgObjSize: count ? Math.floor(size / count) : 0,
    storageSize: size,
    capped: false,
    nindexes: collection.indexes.length,
    indexSizes: Object.fromEntries(collection.indexes.map((index) => [index.name, 0])),
    totalIndexSize: 0,
  }
}

export const indexStats = (collection: Collection): Document[] =>
  collection.indexes.map((index) => ({ name: index.name, key: index.spec.key, spec: index.spec }))

const required = (engine: Engine, db: string, name: string): Collection => {
  const collection = engine.catalog.find(db, name)
  if (!collection) throw new CommandError(26, `Collection '${db}.${name}' does not exist.`)
  return collection
}

export const collStatsCommand: Command = {
  fields: fields('scale'),
  run: ({ engine, args, db }) => {
    const name = args.collection()
    const collection = engine.catalog.find(db, name)
    if (!collection)
      return okReply({
        ns: `${db}.${name}`,
        size: 0,
        count: 0,
        storageSize: 0,
        nindexes: 0,
        totalIndexSize: 0,
        indexSizes: {},
      })
    return okReply(collStats(engine, collection))
  },
}

export const dbStats: Command = {
  fields: fields('scale', 'freeStorage'),
  run: ({ engine, db }) => {
    const all = engine.catalog.list(db)
    const objects = all.reduce((sum, c) => sum + (c.options.viewOn ? 0 : c.count), 0)
    const dataSize = all.reduce((sum, c) => sum + bytesOf(engine, c), 0)
    const views = all.filter((c) => c.options.viewOn).length
    const indexes = all.reduce((sum, c) => sum + c.indexes.length, 0)
    return okReply({
      db,
      collections: all.length - views,
      views,
      objects,
      avgObjSize: objects ? dataSize / objects : 0,
      dataSize,
      storageSize: dataSize,
      indexes,
      indexSize: 0,
    })
  },
}

/** Compares every document's keys with its indexes, and asks SQLite for its own integrity check. */
export const validate: Command = {
  fields: fields('full', 'repair', 'metadata', 'checkBSONConformance', 'background'),
  run: ({ engine, args, db }) => {
    const collection = required(engine, db, args.collection())
    const errors: string[] = []
    const counts = new Map(collection.indexes.map((index) => [index, 0]))
    const holds = collection.indexes.map((index) => ({
      index,
      one: collection.prepare(`SELECT 1 FROM ${index.table} WHERE k = ? AND r = ?`),
    }))
    for (const [rid, bytes] of collection
      .prepare(`SELECT r, doc FROM ${collection.table}`)
      .all()
      .map((row) => [row.r, row.doc] as const))
      for (const { index, one } of holds)
        for (const key of index.keysOf(Buffer.from(bytes as Uint8Array)).keys) {
          counts.set(index, (counts.get(index) ?? 0) + 1)
          if (!one.get(key, rid as number)) errors.push(`a document is missing in index ${index.name}`)
        }
    const keysPerIndex: Document = {}
    for (const [index, n] of counts) {
      const stored = Number(collection.prepare(`SELECT count(*) AS n FROM ${index.table}`).get()?.n)
      if (stored !== n) errors.push(`index ${index.name} holds ${stored} keys instead of ${n}`)
      keysPerIndex[index.name] = stored
    }
    const check = String(engine.sqlite.prepare('PRAGMA integrity_check').get()?.integrity_check)
    if (check !== 'ok') errors.push(check)
    return okReply({
      ns: collection.ns,
      nrecords: collection.count,
      nIndexes: collection.indexes.length,
      keysPerIndex,
      valid: errors.length === 0,
      errors: errors.slice(0, 100),
      warnings: [],
    })
  },
}
