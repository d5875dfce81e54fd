import type { Document } from 'bson'
import { type Command, fields } from '../command.ts'
import type { Engine } from '../engine.ts'
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
    capped: collection.options.capped === true,
    nindexes: collection.indexes.length,
    indexSizes: Object.fromEntries(collection.indexes.map((index) => [index.name, 0])),
    totalIndexSize: 0,
  }
}

export const indexStats = (collection: Collection): Document[] =>
  collection.indexes.map((index) => ({ name: index.name, key: index.spec.key, spec: index.spec }))

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
