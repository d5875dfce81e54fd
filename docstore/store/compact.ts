import type { DatabaseSync } from 'node:sqlite'

const bytesOf = (sqlite: DatabaseSync): number => {
  const pages = Number(sqlite.prepare('PRAGMA page_count').get()?.page_count)
  return pages * Number(sqlite.prepare('PRAGMA page_size').get()?.page_size)
}

/**
 * Writes the file anew, without holes; no transaction may be open. Gives the bytes that are free now: the file itself is shorter
 * when the log was copied.
 */
export const compactFile = (sqlite: DatabaseSync): number => {
  const before = bytesOf(sqlite)
  sqlite.exec('VACUUM')
  return Math.max(0, before - bytesOf(sqlite))
}
