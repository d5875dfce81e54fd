import { Binary, type Document } from 'bson'
import { checkPipeline } from '../aggregate/stages.ts'
import { toBson, toJs, valueToJs } from '../bson/js.ts'
import { docValue } from '../bson/value.ts'
import { type Collation, parseCollation } from '../collation/collation.ts'
import { type Call, type Command, fields } from '../command.ts'
import { Results } from '../cursors.ts'
import { badValue, CommandError } from '../errors.ts'
import { matches } from '../filter/match.ts'
import { parseFilter } from '../filter/parse.ts'
import { cursorReply, okReply } from '../reply.ts'
import type { Collection } from '../store/collection.ts'

const STORED = ['viewOn', 'pipeline', 'validator', 'validationLevel', 'validationAction']
const REFUSED = ['timeseries', 'clusteredIndex', 'capped', 'encryptedFields', 'expireAfterSeconds']

/** A view over another view must compare texts as that one does. */
const checkView = ({ engine, db }: Call, { viewOn, pipeline }: Document, collation: Collation | undefined): void => {
  checkPipeline(pipeline ?? [], true)
  const under = engine.catalog.find(db, viewOn)
  if (under?.options.viewOn && under.collation?.id !== collation?.id)
    throw new CommandError(167, `View ${db}.${viewOn} has another collation`)
}

const optionsOf = (call: Call): Document => {
  const { args } = call
  for (const name of REFUSED)
    if (args.has(name) && valueToJs(args.fields.get(name) as never) !== false)
      throw badValue(`create with ${name} is not supported`)
  const out: Document = {}
  for (const name of STORED) {
    const v = args.get(name)
    if (v) out[name] = valueToJs(v)
  }
  if (out.pipeline && !out.viewOn) throw new CommandError(72, "'pipeline' requires 'viewOn' to also be specified")
  const collation = parseCollation(args.doc('collation'))
  if (collation) out.collation = collation.spec
  if (out.viewOn) checkView(call, out, collation)
  if (out.validator) parseFilter(docValue(toBson(out.validator)))
  return out
}

const same = (a: Document, b: Document): boolean => toBson(a).equals(toBson(b))

export const create: Command = {
  fields: fields(
    ...STORED,
    ...REFUSED,
    'collation',
    'size',
    'max',
    'autoIndexId',
    'storageEngine',
    'indexOptionDefaults',
    'changeStreamPreAndPostImages',
    'flags',
  ),
  writes: true,
  run: (call) => {
    const { engine, args, db } = call
    const name = args.collection()
    const options = optionsOf(call)
    const existing = engine.catalog.find(db, name)
    if (existing) {
      if (same(existing.options, options)) return okReply()
      throw new CommandError(
        48,
        `namespace ${db}.${name} already exists, but with different options: ${JSON.stringify(existing.options)}`,
      )
    }
    engine.commit.start()
    engine.catalog.create(db, name, options)
    return okReply()
  },
}

const dropOne = ({ engine }: Call, collection: Collection): void => {
  engine.commit.start()
  engine.catalog.drop(collection)
  engine.cursors.removeOf(collection.ns)
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
    return okReply({ nIndexesWas, ns })
  },
}

export const dropDatabase: Command = {
  fields: fields(),
  writes: true,
  run: (call) => {
    const all = call.engine.catalog.list(call.db)
    for (const collection of all) dropOne(call, collection)
    return okReply(all.length ? { dropped: call.db } : {})
  },
}

const described = (collection: Collection, nameOnly: boolean): Document => {
  const { name, options } = collection
  const type = options.viewOn ? 'view' : 'collection'
  if (nameOnly) return { name, type }
  const info = options.viewOn ? { readOnly: true } : { readOnly: false, uuid: new Binary(collection.uuid, 4) }
  return { name, type, options, info, ...(options.viewOn ? {} : { idIndex: collection.idIndex.spec }) }
}

export const listCollections: Command = {
  fields: fields('filter', 'nameOnly', 'authorizedCollections', 'cursor'),
  run: ({ engine, args, db }) => {
    const filter = parseFilter(args.doc('filter'))
    const nameOnly = args.bool('nameOnly') ?? false
    const docs = engine.catalog
      .list(db)
      .filter((collection) => matches(filter, docValue(toBson(described(collection, false)))))
      .map((collection) => toBson(described(collection, nameOnly)))
    const results = new Results(docs)
    const ns = `${db}.$cmd.listCollections`
    const cursor = args.doc('cursor')
    const size = cursor ? (toJs(cursor).batchSize ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY
    return cursorReply(ns, 'firstBatch', results, size, () => engine.cursors.add(ns, results).id)
  },
}

export const listDatabases: Command = {
  fields: fields('filter', 'nameOnly', 'authorizedDatabases'),
  run: ({ engine, args }) => {
    const filter = parseFilter(args.doc('filter'))
    const nameOnly = args.bool('nameOnly') ?? false
    const names = [...new Set(engine.catalog.list().map((collection) => collection.db))].sort()
    const all = names
      .map((name) => ({ name, sizeOnDisk: 0, empty: false }))
      .filter((doc) => matches(filter, docValue(toBson(doc))))
    if (nameOnly) return okReply({ databases: all.map(({ name }) => ({ name })) })
    return okReply({ databases: all, totalSize: 0, totalSizeMb: 0 })
  },
}

export const renameCollection: Command = {
  fields: fields('to', 'dropTarget'),
  writes: true,
  run: (call) => {
    const { engine, args } = call
    const split = (ns: string): [string, string] => [ns.slice(0, ns.indexOf('.')), ns.slice(ns.indexOf('.') + 1)]
    const from = engine.catalog.find(...split(args.text('renameCollection') ?? ''))
    const to = split(args.text('to') ?? '')
    if (!from) throw new CommandError(26, `Source collection ${args.text('renameCollection')} does not exist`)
    const target = engine.catalog.find(...to)
    if (target === from) throw new CommandError(20, "Can't rename a collection to itself")
    if (target && !args.bool('dropTarget')) throw new CommandError(48, 'target namespace exists')
    if (target) dropOne(call, target)
    engine.commit.start()
    engine.cursors.removeOf(from.ns)
    engine.catalog.rename(from, ...to)
    return okReply()
  },
}

export const collMod: Command = {
  fields: fields('index', 'validator', 'validationLevel', 'validationAction', 'viewOn', 'pipeline'),
  writes: true,
  run: ({ engine, args, db }) => {
    const collection = engine.catalog.find(db, args.collection())
    if (!collection) throw new CommandError(26, `ns does not exist: ${db}.${args.collection()}`)
    engine.commit.start()
    const options = { ...collection.options }
    for (const name of STORED) {
      const v = args.get(name)
      if (v) options[name] = valueToJs(v)
    }
    if (options.validator) parseFilter(docValue(toBson(options.validator)))
    const change = args.doc('index')
    const reply: Document = {}
    if (change) {
      const { name, keyPattern, expireAfterSeconds } = toJs(change)
      const index = collection.indexes.find((i) => i.name === name || (keyPattern && same(i.spec.key, keyPattern)))
      if (!index)
        throw new CommandError(27, `cannot find index ${name ?? JSON.stringify(keyPattern)} for ns ${collection.ns}`)
      reply.expireAfterSeconds_old = index.spec.expireAfterSeconds
      reply.expireAfterSeconds_new = expireAfterSeconds
      engine.catalog.setSpec(collection, index, { ...index.spec, expireAfterSeconds })
    }
    engine.catalog.setOptions(collection, options)
    return okReply(reply)
  },
}
