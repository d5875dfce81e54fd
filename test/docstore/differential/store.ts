import { type Document, EJSON, serialize } from 'bson'
import * as T from '../../../docstore/bson/types.ts'
import { docValue, findField, itemsOf, type Value } from '../../../docstore/bson/value.ts'
import { indexName, Writer } from '../../../docstore/bson/writer.ts'
import { CommandError } from '../../../docstore/errors.ts'
import { execute } from '../../../docstore/execute.ts'
import { errorReply } from '../../../docstore/reply.ts'
import type { Collection } from '../../../docstore/store/collection.ts'
import { CONNECTION, type Local } from '../local.ts'

const CURSOR = Buffer.from('cursor')
const FIRST = Buffer.from('firstBatch')
const BATCH = 100_000

const reply = (local: Local, command: Document): Buffer =>
  replyTo(local, docValue(Buffer.from(serialize({ ...command, $db: 'test' }))))

/** A command's reply as bytes, also of one that failed. */
const replyTo = (local: Local, body: Value): Buffer => {
  try {
    return execute(local.engine, { id: 1, legacy: false, silent: false, body, sequences: new Map() }, CONNECTION)
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    return errorReply(error)
  }
}

/** The documents of a find as bytes; throws its error. */
export const findRaw = (local: Local, command: Document): Value[] => {
  const bytes = reply(local, { ...command, batchSize: BATCH })
  const cursor = findField(bytes, 0, CURSOR)
  const batch = cursor && findField(bytes, cursor.start, FIRST)
  if (!batch) throw new Error(EJSON.stringify(local.run(command)))
  return itemsOf(batch)
}

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')

/** What an index's table holds that it should not, or the other way round. */
const indexFaults = (collection: Collection): string[] =>
  collection.indexes.flatMap((index) => {
    const wanted = new Set<string>()
    let multikey = false
    for (const { r, doc } of collection.prepare(`SELECT r, doc FROM ${collection.table}`).all()) {
      const keys = index.keysOf(Buffer.from(doc as Uint8Array))
      multikey ||= keys.multikey
      for (const key of keys.keys) wanted.add(`${text(key)}|${r}`)
    }
    const held = collection
      .prepare(`SELECT k, r FROM ${index.table}`)
      .all()
      .map(({ k, r }) => `${text(k as Uint8Array)}|${r}`)
    const faults: string[] = []
    if (held.length !== wanted.size || held.some((entry) => !wanted.has(entry)))
      faults.push(`${index.name} holds ${held.length} keys instead of ${wanted.size}`)
    if (multikey && !index.multikey) faults.push(`${index.name} does not know that it is multikey`)
    return faults
  })

/** Faults of all indexes of a collection against what a rebuild would hold. */
export const faultsOf = (local: Local, name: string): string[] => {
  const collection = local.engine.catalog.find('test', name)
  return collection ? indexFaults(collection) : []
}

/** Stores documents byte for byte: decoding them would lose the bits of a NaN. */
export const insertRaw = (local: Local, name: string, docs: readonly Value[]): void => {
  const w = new Writer()
  const root = w.open()
  w.fieldString('insert', name)
  w.name(T.ARRAY, 'documents')
  const list = w.open()
  docs.forEach((doc, i) => {
    w.value(indexName(i), doc)
  })
  w.close(list)
  w.fieldString('$db', 'test')
  w.close(root)
  if (docs.length) replyTo(local, docValue(w.done()))
}
