import { asBuffer, type Collection, type Row } from './collection.ts'

/** What a capped collection may hold; undefined for others. */
export const capOf = ({ options }: Collection): { bytes: number; docs: number } | undefined =>
  options.capped
    ? { bytes: Number(options.size), docs: options.max === undefined ? Number.POSITIVE_INFINITY : Number(options.max) }
    : undefined

/** Removes the oldest documents of a capped collection until it holds no more than it may. */
export const trim = (collection: Collection, remove: (row: Row) => void): void => {
  const cap = capOf(collection)
  if (!cap) return
  while (collection.count > 1 && (collection.count > cap.docs || collection.bytes > cap.bytes)) {
    const [row] = collection.nextDocs.all(-1, 1) as unknown as [number, Uint8Array][]
    if (!row) return
    remove({ rid: row[0], doc: asBuffer(row[1]) })
  }
}
