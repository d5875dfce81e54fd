import type { DatabaseSync } from 'node:sqlite'
import type { CommandError } from '../errors.ts'
import { asBuffer, type Collection } from './collection.ts'
import { duplicateKey } from './duplicate.ts'
import type { Index } from './index.ts'
import type { Records } from './records.ts'

const CHUNK = 1000

/** Fills a new index from the documents there are. Returns the error 11000 when they do not allow it. */
export const buildIndex = (records: Records, collection: Collection, index: Index): CommandError | undefined => {
  for (let last = -1, more = true; more; ) {
    const rows = collection.nextDocs.all(last, CHUNK) as unknown as [number, Uint8Array][]
    for (const [rid, bytes] of rows) {
      const doc = asBuffer(bytes)
      const { keys, multikey } = index.keysOf(doc)
      if (multikey && !index.multikey) {
        index.multikey = true
        records.onMultikey(collection, index)
      }
      for (const key of keys)
        if (Number(index.add.run(key, rid).changes) === 0) return duplicateKey(collection, index, doc, key)
      last = rid
    }
    more = rows.length === CHUNK
  }
  return undefined
}

/** Builds an index with a collation again when this process has other language data than the one that made it. */
export const rebuildStale = (records: Records, collection: Collection, index: Index, db: DatabaseSync): boolean => {
  if (!index.labels?.stale) return false
  db.exec(`DELETE FROM ${index.table}`)
  index.labels.clear()
  const error = buildIndex(records, collection, index)
  if (error) throw error
  return true
}
