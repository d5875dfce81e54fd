import type { DatabaseSync } from 'node:sqlite'

const bytesOf = (sqlite: DatabaseSync): number => {
  const pages = Number(sqlite.prepare('PRAGMA page_count').get()?.page_count)
  return pages * Number(sqlite.prepare('PRAGMA page_size').get()?.page_size)
}

/** Writes the file anew and makes it as short as it can be; no transaction may be open. Gives the bytes that are free now. */
export const compactFile = (sqlite: DatabaseSync): number => {
  const before = bytesOf(sqlite)
  sqlite.exec('VACUUM')
  // VACUUM wrote to the log: the file shrinks when that is copied
  sqlite.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()
  return Math.max(0, before - bytesOf(sqlite))
}
