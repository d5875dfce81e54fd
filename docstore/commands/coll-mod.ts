import { type Document, Long } from 'bson'
import { checkViewStages } from '../aggregate/views.ts'
import type { Args } from '../args.ts'
import { toBson, toJs, valueToJs } from '../bson/js.ts'
import * as T from '../bson/types.ts'
import { docValue, entriesOf, findField } from '../bson/value.ts'
import { type Call, type Command, fields } from '../command.ts'
import { badValue, CommandError } from '../errors.ts'
import { okReply } from '../reply.ts'
import { asBuffer, type Collection } from '../store/collection.ts'
import type { Index } from '../store/index.ts'
import { buildIndex } from '../store/index-build.ts'
import {
  imagesOption,
  MAX_CAPPED_BYTES,
  secondsOption,
  validationOptions,
  validatorOption,
  viewOptions,
} from './collection-options.ts'
import { statementArgs } from './statement-args.ts'
import { checkViewGraph } from './view-graph.ts'

const CHANGES = new Set(['name', 'keyPattern', 'expireAfterSeconds', 'hidden', 'prepareUnique', 'unique'])
const NOT_FOR_VIEWS = ['index', 'validator', 'validationLevel', 'validationAction']
const MAX_VIOLATIONS = 100
const ID = Buffer.from('_id')

const invalid = (message: string): CommandError => new CommandError(72, message)

const same = (a: Document, b: Document): boolean => toBson(a).equals(toBson(b))

const indexOf = (collection: Collection, { name, keyPattern }: Document): Index => {
  if ((name === undefined) === (keyPattern === undefined))
    throw invalid('Must specify exactly one of index name or key pattern')
  const found = name !== undefined ? collection.indexNamed(String(name)) : undefined
  const keyed = keyPattern ? collection.indexes.filter((i) => same(i.spec.key, keyPattern)) : []
  if (keyed.length > 1)
    throw new CommandError(181, `index keyPattern ${JSON.stringify(keyPattern)} matches several indexes`)
  const index = found ?? keyed[0]
  if (!index)
    throw new CommandError(27, `cannot find index ${name ?? JSON.stringify(keyPattern)} for ns ${collection.ns}`)
  return index
}

/** Documents that share a key of an index, as a client is told of them. */
const violationsOf = (collection: Collection, index: Index): Document[] =>
  collection
    .prepare(`SELECT k FROM ${index.table} GROUP BY k HAVING count(*) > 1 LIMIT ${MAX_VIOLATIONS}`)
    .all()
    .map(({ k }) => ({
      ids: collection
        .prepare(`SELECT r FROM ${index.table} WHERE k = ? ORDER BY r LIMIT ${MAX_VIOLATIONS}`)
        .all(asBuffer(k as Uint8Array))
        .map(({ r }) => {
          const doc = collection.fetch(Number(r))
          const id = doc && findField(doc, 0, ID)
          return id ? valueToJs(id) : null
        }),
    }))

const makeUnique = ({ engine }: Call, collection: Collection, index: Index): void => {
  if (!index.spec.prepareUnique)
    throw invalid("Cannot make index unique with 'prepareUnique=false'. Run collMod to set it first.")
  const violations = violationsOf(collection, index)
  if (violations.length)
    throw new CommandError(
      359,
      'Cannot convert the index to unique. Please resolve conflicting documents before running collMod again.',
      {
        violations,
      },
    )
  const { prepareUnique: _, ...spec } = index.spec
  engine.catalog.dropIndex(collection, index)
  const error = buildIndex(engine.records, collection, engine.catalog.addIndex(collection, { ...spec, unique: true }))
  if (error) throw error
}

const changeIndex = (call: Call, collection: Collection, change: Args): Document => {
  const keyPattern = change.doc('keyPattern')
  const index = indexOf(collection, { name: change.text('name'), keyPattern: keyPattern && toJs(keyPattern) })
  const expireAfterSeconds = change.number('expireAfterSeconds')
  const [hidden, prepareUnique, unique] = ['hidden', 'prepareUnique', 'unique'].map((name) => change.bool(name))
  if ([expireAfterSeconds, hidden, prepareUnique, unique].every((v) => v === undefined))
    throw invalid('no expireAfterSeconds, hidden, unique, or prepareUnique field')
  if (index.name === '_id_' && hidden !== undefined) throw new CommandError(2, "can't hide _id index")
  if (index.name === '_id_' && expireAfterSeconds !== undefined)
    throw invalid('the _id field does not support TTL indexes')
  const spec = { ...index.spec }
  const reply: Document = {}
  if (expireAfterSeconds !== undefined) {
    if (Object.keys(spec.key).length > 1) throw invalid('TTL indexes are single-field indexes')
    Object.assign(spec, secondsOption(expireAfterSeconds))
    if (index.spec.expireAfterSeconds !== undefined)
      reply.expireAfterSeconds_old = Long.fromNumber(Number(index.spec.expireAfterSeconds))
    reply.expireAfterSeconds_new = Long.fromNumber(Number(spec.expireAfterSeconds))
  }
  if (unique === false) throw badValue("collMod's 'unique' field of an index can only be true")
  for (const [name, wanted] of Object.entries({ hidden, prepareUnique })) {
    if (wanted === undefined) continue
    if ((spec[name] === true) === wanted) continue
    reply[`${name}_old`] = spec[name] === true
    reply[`${name}_new`] = wanted
    if (wanted) spec[name] = true
    else delete spec[name]
  }
  call.engine.catalog.setSpec(collection, index, spec)
  if (unique !== undefined && !index.unique) {
    makeUnique(call, collection, collection.indexNamed(spec.name) as Index)
    reply.unique_new = true
  }
  return reply
}

const changeView = ({ engine, db, args }: Call, collection: Collection): Document => {
  const given = viewOptions(args)
  const [first] = Object.keys(given)
  if (collection.options.viewOn)
    for (const name of NOT_FOR_VIEWS) if (args.has(name)) throw invalid(`option not supported on a view: ${name}`)
  if (first === undefined) return {}
  if (!collection.options.viewOn) throw invalid(`option only supported on a view: ${first}`)
  const { viewOn, pipeline } = { ...collection.options, ...given } as Document
  checkViewGraph(engine, db, collection.name, { viewOn, pipeline })
  checkViewStages(engine, db, pipeline, collection.collation)
  return { viewOn, pipeline }
}

const changeTtl = ({ args }: Call, collection: Collection, options: Document): void => {
  const v = args.get('expireAfterSeconds')
  if (!v) return
  const { timeseries, clusteredIndex } = collection.options
  if (!timeseries && !clusteredIndex)
    throw invalid("'expireAfterSeconds' is only supported on time-series collections or clustered collections")
  if (v.type === T.STRING) {
    if (args.text('expireAfterSeconds') !== 'off') throw invalid("expireAfterSeconds must be a number or 'off'")
    delete options.expireAfterSeconds
  } else Object.assign(options, secondsOption(args.number('expireAfterSeconds')))
}

/** What is kept in buckets has no validator. */
const checkTimeseries = (args: Args, { options }: Collection): void => {
  if (!options.timeseries) return
  for (const name of ['validator', 'validationLevel', 'validationAction'])
    if (args.get(name)) throw invalid(`option not supported on a time-series collection: ${name}`)
}

const run = (call: Call): Buffer => {
  const { engine, args, db } = call
  const collection = engine.catalog.find(db, args.collection())
  if (!collection) throw new CommandError(26, `ns does not exist: ${db}.${args.collection()}`)
  checkTimeseries(args, collection)
  const options = {
    ...collection.options,
    ...validatorOption(args.doc('validator')),
    ...validationOptions(call),
    ...changeView(call, collection),
  }
  const images = args.doc('changeStreamPreAndPostImages')
  if (images) {
    delete options.changeStreamPreAndPostImages
    Object.assign(options, imagesOption(images))
  }
  const size = args.whole('cappedSize')
  const max = args.whole('cappedMax')
  if (size !== undefined && !(size > 0 && size <= MAX_CAPPED_BYTES))
    throw badValue(
      `BSON field 'collMod.cappedSize' value must be > 0 and <= ${MAX_CAPPED_BYTES}, actual value '${size}'`,
    )
  if ((size !== undefined || max !== undefined) && !options.capped) throw invalid('isCapped must be true')
  if (size !== undefined) options.size = size
  if (max !== undefined) options.max = max
  changeTtl(call, collection, options)
  const validator = args.doc('validator')
  if (validator && entriesOf(docValue(validator.buf, validator.start)).length === 0) delete options.validator
  const change = args.doc('index')
  engine.commit.start()
  const reply = change ? changeIndex(call, collection, statementArgs(change, 'collMod.index', CHANGES)) : {}
  engine.catalog.setOptions(collection, options)
  return okReply(reply)
}

/** Changes what a collection, a view or an index is, without building it anew. */
export const collMod: Command = {
  fields: fields(
    'index',
    'validator',
    'validationLevel',
    'validationAction',
    'viewOn',
    'pipeline',
    'changeStreamPreAndPostImages',
    'expireAfterSeconds',
    'cappedSize',
    'cappedMax',
  ),
  writes: true,
  run,
}
