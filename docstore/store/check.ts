import { asBuffer, type Collection } from './collection.ts'

const CHUNK = 1000
const MAX_ERRORS = 100

/** What comparing documents with their indexes showed. */
export interface Checked {
  readonly records: number
  readonly keysPerIndex: Record<string, number>
  /** at most 100 sentences; none if all is well */
  readonly errors: string[]
}

/** Looks for every document's keys in its indexes, and for keys no document has. Reads everything. */
export const checkCollection = (collection: Collection): Checked => {
  const errors: string[] = []
  const held = collection.indexes.map((index) => ({
    index,
    keys: 0,
    one: collection.prepare(`SELECT 1 FROM ${index.table} WHERE k = ? AND r = ?`),
  }))
  let records = 0
  for (let last = -1, more = true; more; ) {
    const rows = collection.nextDocs.all(last, CHUNK) as unknown as [number, Uint8Array][]
    for (const [rid, bytes] of rows)
      for (const entry of held)
        for (const key of entry.index.keysOf(asBuffer(bytes)).keys) {
          entry.keys++
          if (!entry.one.get(key, rid)) errors.push(`a document is missing in index ${entry.index.name}`)
        }
    records += rows.length
    last = rows.at(-1)?.[0] ?? last
    more = rows.length === CHUNK && errors.length < MAX_ERRORS
  }
  const keysPerIndex: Record<string, number> = {}
  for (const { index, keys } of held) {
    const stored = Number(collection.prepare(`SELECT count(*) AS n FROM ${index.table}`).get()?.n)
    if (stored !== keys) errors.push(`index ${index.name} holds ${stored} keys instead of ${keys}`)
    keysPerIndex[index.name] = stored
  }
  return { records, keysPerIndex, errors: errors.slice(0, MAX_ERRORS) }
}
