import type { Document } from 'bson'
import type { Args } from '../args.ts'
import { type Command, fields } from '../command.ts'
import type { Engine } from '../engine.ts'
import { CommandError } from '../errors.ts'
import { okReply } from '../reply.ts'
import type { Collection } from '../store/collection.ts'

const bytesOf = (engine: Engine, collection: Collection): number =>
  Number(engine.sqlite.prepare(`SELECT coalesce(sum(length(doc)), 0) AS n FROM ${collection.table}`).get()?.n)

/** By what sizes are divided. Throws 51024 for less than 1. */
export const scaleOf = (args: Args): number => {
  const scale = Math.trunc(args.number('scale') ?? 1)
  if (scale >= 1) return scale
  throw new CommandError(51024, `BSON field 'scale' value must be >= 1, actual value '${scale}'`)
}

/** Figures of a collection, as collStats and $collStats give them. */
export const collStats = (engine: Engine, collection: Collection, scale = 1): Document => {
  const size = bytesOf(engine, collection)
  const { count } = collection
  const { capped, size: maxSize, max } = collection.options
  return {
    ns: collection.ns,
    size: Math.floor(size / scale),
    count,
    ...(count ? { avgObjSize: Math.floor(size / count) } : {}),
    storageSize: Math.floor(size / scale),
    freeStorageSize: 0,
    capped: capped === true,
    ...(capped ? { max: max ?? 0, maxSize: Math.floor(maxSize / scale) } : {}),
    nindexes: collection.indexes.length,
    indexBuilds: [],
    totalIndexSize: 0,
    totalSize: Math.floor(size / scale),
    indexSizes: Object.fromEntries(collection.indexes.map((index) => [index.name, 0])),
    scaleFactor: scale,
  }
}

export const indexStats = (collection: Collection): Document[] =>
  collection.indexes.map((index) => ({ name: index.name, key: index.spec.key, spec: index.spec }))

export const collStatsCommand: Command = {
  fields: fields('scale'),
  run: ({ engine, args, db }) => {
    const name = args.collection()
    const scale = scaleOf(args)
    const collection = engine.catalog.find(db, name)
    if (collection?.options.viewOn) throw new CommandError(166, `Namespace ${db}.${name} is a view, not a collection`)
    if (!collection)
      return okReply({
        ns: `${db}.${name}`,
        size: 0,
        count: 0,
        storageSize: 0,
        totalSize: 0,
        nindexes: 0,
        totalIndexSize: 0,
        indexSizes: {},
        scaleFactor: scale,
      })
    return okReply(collStats(engine, collection, scale))
  },
}

export const dbStats: Command = {
  fields: fields('scale', 'freeStorage'),
  run: ({ engine, args, db }) => {
    const scale = scaleOf(args)
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
      dataSize: dataSize / scale,
      storageSize: dataSize / scale,
      indexes,
      indexSize: 0,
      scaleFactor: scale,
    })
  },
}
