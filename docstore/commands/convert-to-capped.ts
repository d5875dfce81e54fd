import type { Document } from 'bson'
import * as T from '../bson/types.ts'
import { type Call, type Command, fields } from '../command.ts'
import { badValue, CommandError } from '../errors.ts'
import { EVERYTHING } from '../filter/node.ts'
import { okReply } from '../reply.ts'
import { trim } from '../store/capped.ts'
import type { Collection } from '../store/collection.ts'
import { cappedBytes, MAX_CAPPED_BYTES } from './collection-options.ts'
import { findRows } from './rows.ts'

const optionsOf = ({ args }: Call): Document => {
  const v = args.get('size')
  const size = v && T.isNumeric(v.type) ? (args.whole('size') ?? 0) : 0
  if (size <= 0) throw new CommandError(72, 'Capped collection size must be greater than zero')
  if (size > MAX_CAPPED_BYTES) throw badValue(`Capped collection size must be at most ${MAX_CAPPED_BYTES}`)
  return { capped: true, size: cappedBytes(size) }
}

const sourceOf = ({ engine, db }: Call, name: string): Collection => {
  const found = engine.catalog.find(db, name)
  if (found?.options.viewOn) throw new CommandError(166, `cannot convert a view to a capped collection: ${db}.${name}`)
  if (found?.options.timeseries)
    throw new CommandError(166, `cannot convert a time-series collection to a capped collection: ${db}.${name}`)
  if (!found) throw new CommandError(26, `source collection ${db}.${name} does not exist`)
  return found
}

/** Makes a collection capped. It keeps its newest documents, as many as it may hold, and of its indexes the one over _id. */
export const convertToCapped: Command = {
  fields: fields('size'),
  writes: true,
  run: (call) => {
    const { engine, args } = call
    const options = optionsOf(call)
    const collection = sourceOf(call, args.collection())
    engine.commit.start()
    for (const index of collection.indexes) if (index.name !== '_id_') engine.catalog.dropIndex(collection, index)
    const { max: _, ...kept } = collection.options
    engine.catalog.setOptions(collection, { ...kept, ...options })
    trim(collection, (row) => engine.records.remove(collection, row))
    return okReply()
  },
}

/** Copies a collection into a new one that is capped. */
export const cloneCollectionAsCapped: Command = {
  fields: fields('toCollection', 'size', 'temp'),
  writes: true,
  run: (call) => {
    const { engine, args, db } = call
    const options = optionsOf(call)
    const source = sourceOf(call, args.collection())
    const to = args.text('toCollection')
    if (!to) throw new CommandError(73, 'Invalid target collection name')
    if (engine.catalog.find(db, to))
      throw new CommandError(48, `cloneCollectionAsCapped failed - destination collection ${db}.${to} already exists`)
    engine.commit.start()
    const made = engine.catalog.create(db, to, options)
    for (const { doc } of findRows(source, { filter: EVERYTHING, sort: [], limit: 0 })) engine.records.insert(made, doc)
    return okReply()
  },
}
