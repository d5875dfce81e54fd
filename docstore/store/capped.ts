import { asBuffer, type Collection } from './collection.ts'
import type { Records } from './records.ts'

/** What a capped collection may hold; undefined for others. */
export const capOf = ({ options }: Collection): { bytes: number; docs: number } | undefined =>
  options.capped
    ? { bytes: Number(options.size), docs: options.max === undefined ? Number.POSITIVE_INFINITY : Number(options.max) }
    : undefined

/** Removes the oldest documents of a capped collection until it holds no more than it may. */
export const trim = (records: Records, collection: Collection): void => {
  const cap = capOf(collection)
  if (!cap) return
  while (collection.count > 1 && (collection.count > cap.docs || collection.bytes > cap.bytes)) {
    const [row] = collection.nextDocs.all(-1, 1) as unknown as [number, Uint8Array][]
    if (!row) return
    records.remove(collection, { rid: row[0], doc: asBuffer(row[1]) })
  }
}
