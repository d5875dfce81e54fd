import type { Document } from 'bson'
import { toBson, toJs, valueToJs } from '../bson/js.ts'
import * as T from '../bson/types.ts'
import { itemsOf, stringOf, type Value } from '../bson/value.ts'
import { type Command, fields } from '../command.ts'
import { Results } from '../cursors.ts'
import { CommandError, typeMismatch } from '../errors.ts'
import { cursorReply, okReply } from '../reply.ts'
import type { Collection } from '../store/collection.ts'
import type { IndexSpec } from '../store/index.ts'
import { buildIndex } from '../store/index-build.ts'
import { shellText } from '../store/shell-text.ts'
import { checkSeriesIndex } from './index-checks.ts'
import { checkSpec } from './index-spec.ts'
import { batchSizeIn } from './statement-args.ts'

const MAX_INDEXES = 64

const same = (a: unknown, b: unknown): boolean => toBson({ v: a }).equals(toBson({ v: b }))

/** What tells two indexes over the same keys apart: with others of these they may stand side by side. */
const SIGNATURE = ['unique', 'sparse', 'partialFilterExpression', 'collation'] as const

const sameSignature = (a: IndexSpec, b: IndexSpec): boolean =>
  same(a.key, b.key) && SIGNATURE.every((name) => same(a[name] || null, b[name] || null))

const sameOptions = (a: IndexSpec, b: IndexSpec): boolean =>
  same(a.expireAfterSeconds ?? null, b.expireAfterSeconds ?? null)

const asked = (spec: IndexSpec, there: IndexSpec): string =>
  `Requested index: ${JSON.stringify(spec)}, existing index: ${JSON.stringify(there)}`

/** Throws 85 or 86 for an index that stands in the way of another; true if it is the same. */
const collides = (there: IndexSpec, spec: IndexSpec): boolean => {
  if (there.name === spec.name && !sameSignature(there, spec))
    throw new CommandError(
      86,
      `An existing index has the same name as the requested index. When index names are not specified, they are auto generated and can cause conflicts. Please refer to our documentation. ${asked(spec, there)}`,
    )
  if (!sameSignature(there, spec)) return false
  if (!sameOptions(there, spec))
    throw new CommandError(
      85,
      there.name === spec.name
        ? `An equivalent index already exists with the same name but different options. ${asked(spec, there)}`
        : `An equivalent index already exists with a different name and options. ${asked(spec, there)}`,
    )
  if (there.name !== spec.name) throw new CommandError(85, `Index already exists with a different name: ${there.name}`)
  return true
}

/** An existing index that is this one; throws 85 or 86 for one that stands in its way. */
const existing = (collection: Collection, spec: IndexSpec): boolean => {
  const id = collection.indexNamed('_id_')
  if (id && same(id.spec.key, spec.key)) return true
  const named = collection.indexNamed(spec.name)
  if (named) return collides(named.spec, spec)
  return collection.indexes.some((index) => collides(index.spec, spec))
}

/** Throws 68 for a specification that is there twice in one command, 85 or 86 for two that stand in each other's way. */
const checkAmong = (specs: readonly IndexSpec[]): void => {
  for (const [i, spec] of specs.entries())
    for (const before of specs.slice(0, i))
      if (collides(before, spec)) throw new CommandError(68, `Identical index already exists: ${spec.name}`)
}

export const createIndexes: Command = {
  fields: fields('indexes', 'commitQuorum', 'ignoreUnknownIndexOptions'),
  writes: true,
  run: ({ engine, args, db }) => {
    const name = args.collection()
    const found = engine.catalog.find(db, name)
    const specs = args.docs('indexes').map((v) => checkSpec(v, found?.collation))
    if (specs.length === 0) throw new CommandError(2, 'Must specify at least one index to create')
    if (found?.options.viewOn) throw new CommandError(166, `Namespace ${db}.${name} is a view, not a collection`)
    if (found?.options.timeseries) for (const spec of specs) checkSeriesIndex(spec)
    checkAmong(specs)
    const fresh = found ? specs.filter((spec) => !existing(found, spec)) : specs
    const before = found ? found.indexes.length : 1
    if (found && fresh.length === 0)
      return okReply({ numIndexesBefore: before, numIndexesAfter: before, note: 'all indexes already exist' })
    if (found && engine.catalog.overlay && !(engine.catalog.overlay.get(found.ns) === found && found.count === 0))
      throw new CommandError(
        263,
        `Cannot create new indexes on existing collection ${found.ns} in a multi-document transaction.`,
      )
    const most = fresh[MAX_INDEXES - before]
    if (most)
      throw new CommandError(67, `add index fails, too many indexes for ${db}.${name} key:${JSON.stringify(most.key)}`)
    engine.commit.start()
    const collection = found ?? engine.catalog.create(db, name, {})
    const made = fresh
      .filter((spec) => !existing(collection, spec))
      .map((spec) => ({ spec, index: engine.catalog.addIndex(collection, spec) }))
    try {
      for (const { index } of made) {
        const error = buildIndex(engine.records, collection, index)
        if (error) throw error
      }
    } catch (error) {
      for (const other of made) engine.catalog.dropIndex(collection, other.index)
      throw error
    }
    return okReply({
      numIndexesBefore: before,
      numIndexesAfter: collection.indexes.length,
      createdCollectionAutomatically: !found,
      ...(made.length === 0 ? { note: 'all indexes already exist' } : {}),
    })
  },
}

/** The indexes a client is told of: a clustered collection's goes by its own name, a time series' ids are not for clients. */
const listed = (collection: Collection): Document[] => {
  const { clusteredIndex, timeseries } = collection.options
  const shown = collection.indexes.filter((index) => !timeseries || index.name !== '_id_')
  return shown
    .sort((a, b) => a.id - b.id)
    .map((index) => (clusteredIndex && index.name === '_id_' ? { ...clusteredIndex, clustered: true } : index.spec))
}

export const listIndexes: Command = {
  fields: fields('cursor', 'includeIndexBuildInfo'),
  run: ({ engine, args, db }) => {
    const name = args.collection()
    const collection = engine.catalog.find(db, name)
    if (!collection) throw new CommandError(26, `ns does not exist: ${db}.${name}`)
    if (collection.options.viewOn) throw new CommandError(166, `Namespace ${db}.${name} is a view, not a collection`)
    const wrapped = args.bool('includeIndexBuildInfo') ?? false
    const results = new Results(listed(collection).map((spec) => toBson(wrapped ? { spec } : spec)))
    const ns = `${db}.${name}`
    const size = batchSizeIn(args) ?? Number.POSITIVE_INFINITY
    return cursorReply(ns, 'firstBatch', results, size, () => engine.cursors.add(ns, results).id)
  },
}

const namesOf = (collection: Collection, v: Value | undefined): string[] => {
  if (!v) throw new CommandError(40414, "BSON field 'dropIndexes.index' is missing but a required field")
  const js = valueToJs(v)
  if (js === '*') return collection.indexes.filter((index) => index.name !== '_id_').map((index) => index.name)
  if (v.type === T.ARRAY)
    return itemsOf(v).map((item) => {
      if (item.type !== T.STRING)
        throw typeMismatch(
          `BSON field 'dropIndexes.index' is the wrong type '${T.typeName(item.type)}', expected type 'string'`,
        )
      return stringOf(item)
    })
  if (v.type === T.STRING) return [String(js)]
  if (v.type !== T.OBJECT)
    throw typeMismatch(
      `BSON field 'dropIndexes.index' is the wrong type '${T.typeName(v.type)}', expected types '[string, object]'`,
    )
  const [index, another] = collection.indexes.filter((i) => same(i.spec.key, toJs(v)))
  if (another)
    throw new CommandError(181, `${collection.ns} has several indexes with key ${JSON.stringify(js)}: name one`)
  if (!index) throw new CommandError(27, `can't find index with key: ${shellText(v)}`)
  return [index.name]
}

export const dropIndexes: Command = {
  fields: fields('index'),
  writes: true,
  run: ({ engine, args, db }) => {
    const collection = engine.catalog.find(db, args.collection())
    if (!collection) throw new CommandError(26, `ns not found ${db}.${args.collection()}`)
    if (collection.options.viewOn) throw new CommandError(166, `Namespace ${collection.ns} is a view, not a collection`)
    // the ids of a clustered collection have no index of their own in MongoDB
    const before = collection.indexes.length - (collection.options.clusteredIndex ? 1 : 0)
    const taken = new Set<string>()
    const indexes = namesOf(collection, args.fields.get('index')).map((name) => {
      const index = collection.indexNamed(name)
      if (!index || taken.has(name)) throw new CommandError(27, `index not found with name [${name}]`)
      taken.add(name)
      if (name === '_id_') throw new CommandError(72, 'cannot drop _id index')
      return index
    })
    engine.commit.start()
    for (const index of indexes) engine.catalog.dropIndex(collection, index)
    const all = args.get('index')?.type === T.STRING && args.text('index') === '*'
    return okReply({ nIndexesWas: before, ...(all ? { msg: 'non-_id indexes dropped for collection' } : {}) })
  },
}
