import { Binary, type Document, Long } from 'bson'
import { toBson } from '../bson/js.ts'
import { docValue } from '../bson/value.ts'
import { type Call, type Command, fields } from '../command.ts'
import { Results } from '../cursors.ts'
import { CommandError } from '../errors.ts'
import { matches } from '../filter/match.ts'
import { parseFilter } from '../filter/parse.ts'
import { cursorReply, okReply } from '../reply.ts'
import type { Collection } from '../store/collection.ts'
import { CREATE_OPTIONS, createOptions } from './collection-options.ts'
import { batchSizeIn } from './statement-args.ts'

const same = (a: Document, b: Document): boolean => toBson(a).equals(toBson(b))

export const create: Command = {
  fields: fields(...CREATE_OPTIONS),
  writes: true,
  run: (call) => {
    const { engine, args, db } = call
    const name = args.collection()
    const options = createOptions(call)
    const existing = engine.catalog.find(db, name)
    if (existing) {
      if (same(existing.options, options)) return okReply()
      throw new CommandError(
        48,
        `namespace ${db}.${name} already exists, but with different options: ${JSON.stringify(existing.options)}`,
      )
    }
    engine.commit.start()
    const made = engine.catalog.create(db, name, options)
    const { timeField, metaField } = options.timeseries ?? {}
    if (metaField) {
      const key = { [metaField]: 1, [timeField]: 1 }
      engine.catalog.addIndex(made, { v: 2, key, name: `${metaField}_1_${timeField}_1` })
    }
    return okReply()
  },
}

const dropOne = ({ engine }: Call, collection: Collection): void => {
  engine.commit.start()
  engine.catalog.drop(collection)
  engine.cursors.killOf(collection.ns, 'collection dropped')
}

export const drop: Command = {
  fields: fields(),
  writes: true,
  run: (call) => {
    const ns = `${call.db}.${call.args.collection()}`
    const collection = call.engine.catalog.find(call.db, call.args.collection())
    if (!collection) return okReply({ ns })
    const nIndexesWas = collection.indexes.length
    dropOne(call, collection)
    return okReply(collection.options.viewOn ? { ns } : { nIndexesWas, ns })
  },
}

export const dropDatabase: Command = {
  fields: fields(),
  writes: true,
  run: (call) => {
    const { args } = call
    if (!args.get(args.name))
      throw new CommandError(40414, "BSON field 'dropDatabase.dropDatabase' is missing but a required field")
    args.number(args.name)
    const all = call.engine.catalog.list(call.db)
    for (const collection of all) dropOne(call, collection)
    return okReply(all.length ? { dropped: call.db } : {})
  },
}

const described = (collection: Collection, nameOnly: boolean): Document => {
  const { name, options } = collection
  const type = options.viewOn ? 'view' : options.timeseries ? 'timeseries' : 'collection'
  if (nameOnly) return { name, type }
  const uuid = options.timeseries ? {} : { uuid: new Binary(collection.uuid, 4) }
  const info = options.viewOn ? { readOnly: true } : { readOnly: false, ...uuid }
  return {
    name,
    type,
    options: options.viewOn ? { viewOn: options.viewOn, pipeline: [], ...options } : options,
    info,
    ...(options.viewOn || options.clusteredIndex || options.timeseries ? {} : { idIndex: collection.idIndex.spec }),
  }
}

export const listCollections: Command = {
  fields: fields('filter', 'nameOnly', 'authorizedCollections', 'cursor'),
  run: ({ engine, args, db }) => {
    const filter = parseFilter(args.doc('filter'))
    const nameOnly = args.flag('nameOnly') ?? false
    args.flag('authorizedCollections')
    const docs = engine.catalog
      .list(db)
      .map((collection) => toBson(described(collection, nameOnly)))
      .filter((doc) => matches(filter, docValue(doc)))
    const results = new Results(docs)
    const ns = `${db}.$cmd.listCollections`
    const size = batchSizeIn(args) ?? Number.POSITIVE_INFINITY
    return cursorReply(ns, 'firstBatch', results, size, () => engine.cursors.add(ns, results).id)
  },
}

/** Bytes of all documents of collections. */
const sizeOf = (collections: readonly Collection[]): Long =>
  Long.fromNumber(collections.reduce((sum, collection) => sum + collection.bytes, 0))

export const listDatabases: Command = {
  fields: fields('filter', 'nameOnly', 'authorizedDatabases'),
  run: ({ engine, args, db }) => {
    if (db !== 'admin') throw new CommandError(13, 'listDatabases may only be run against the admin database.')
    const filter = parseFilter(args.doc('filter'))
    const nameOnly = args.bool('nameOnly') ?? false
    args.flag('authorizedDatabases')
    const names = [...new Set(engine.catalog.list().map((collection) => collection.db))].sort()
    const all = names
      .map((name) => (nameOnly ? { name } : { name, sizeOnDisk: sizeOf(engine.catalog.list(name)), empty: false }))
      .filter((doc) => matches(filter, docValue(toBson(doc))))
    if (nameOnly) return okReply({ databases: all })
    const totalSize = all.reduce((sum, { sizeOnDisk }) => sum.add(sizeOnDisk ?? Long.ZERO), Long.ZERO)
    return okReply({ databases: all, totalSize, totalSizeMb: totalSize.div(2 ** 20) })
  },
}

export const renameCollection: Command = {
  fields: fields('to', 'dropTarget'),
  writes: true,
  run: (call) => {
    const { engine, args } = call
    const split = (ns: string): [string, string] => [ns.slice(0, ns.indexOf('.')), ns.slice(ns.indexOf('.') + 1)]
    if (call.db !== 'admin') throw new CommandError(13, 'renameCollection may only be run against the admin database.')
    const source = args.text('renameCollection') ?? ''
    const wanted = args.text('to')
    if (wanted === undefined)
      throw new CommandError(40414, "BSON field 'renameCollection.to' is missing but a required field")
    for (const ns of [source, wanted])
      if (ns.indexOf('.') < 1) throw new CommandError(73, `Invalid namespace specified '${ns}'`)
    for (const ns of [source, wanted])
      if (split(ns)[1].startsWith('system.')) throw new CommandError(20, `error with namespace ${ns}: cannot rename it`)
    const dropTarget = args.flag('dropTarget') ?? false
    const from = engine.catalog.find(...split(source))
    const to = split(wanted)
    if (from?.options.viewOn) throw new CommandError(166, `cannot rename view: ${from.ns}`)
    if (!from) throw new CommandError(26, `Source collection ${args.text('renameCollection')} does not exist`)
    const target = engine.catalog.find(...to)
    if (target === from) throw new CommandError(20, "Can't rename a collection to itself")
    if (target?.options.viewOn) throw new CommandError(48, `a view already exists with that name: ${target.ns}`)
    if (target && !dropTarget) throw new CommandError(48, 'target namespace exists')
    if (target) dropOne(call, target)
    engine.commit.start()
    engine.cursors.killOf(from.ns, `collection renamed from '${from.ns}' to '${wanted}'`)
    engine.catalog.rename(from, ...to)
    return okReply()
  },
}
