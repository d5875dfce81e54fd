import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** Raised with every change of the tables; a file with a greater number is not opened. */
const FORMAT = 2

/** The database file of a data folder. */
export const fileOf = (dataDir: string): string => join(dataDir, 'docstore.sqlite')

/** A data folder that cannot be used, in one sentence for the operator. */
export class OpenError extends Error {}

const SCHEMA = `
CREATE TABLE IF NOT EXISTS collections(
  id INTEGER PRIMARY KEY, db TEXT NOT NULL, name TEXT NOT NULL, options BLOB NOT NULL, uuid BLOB NOT NULL, UNIQUE(db, name)
);
CREATE TABLE IF NOT EXISTS indexes(
  id INTEGER PRIMARY KEY, collection INTEGER NOT NULL, spec BLOB NOT NULL, multikey INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS sessions(
  lsid BLOB PRIMARY KEY, txn INTEGER NOT NULL, reply BLOB NOT NULL, at INTEGER NOT NULL
) WITHOUT ROWID;
`

const said = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const lockAndPrepare = (db: DatabaseSync, dataDir: string): void => {
  try {
    // small pages: an index key in a random place dirties one page, and a commit writes every dirty page;
    // exclusive: one process, and no shared memory file beside the database
    // NORMAL: SQLite does not wait for the disk at a commit; commit.ts does, on another thread, before it answers
    db.exec('PRAGMA locking_mode=EXCLUSIVE; PRAGMA page_size=2048; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL')
    db.exec(
      'PRAGMA cache_size=-131072; PRAGMA temp_store=MEMORY; PRAGMA wal_autocheckpoint=16000; PRAGMA busy_timeout=0',
    )
    db.exec('BEGIN IMMEDIATE; COMMIT')
  } catch (error) {
    if (/locked|busy/i.test(said(error)))
      throw new OpenError(`The data folder ${dataDir} is in use by another docstore process; stop that one first.`)
    throw new OpenError(`The database file in ${dataDir} cannot be opened: ${said(error)}.`)
  }
  const format = Number(db.prepare('PRAGMA user_version').get()?.user_version ?? 0)
  if (format > FORMAT)
    throw new OpenError(
      `The data folder ${dataDir} was written by a newer docstore (format ${format}, this one knows ${FORMAT}); start the newer version.`,
    )
  db.exec(`BEGIN IMMEDIATE; ${SCHEMA} PRAGMA user_version=${FORMAT}; COMMIT`)
}

/**
 * Opens the SQLite file of a data folder, made if it is not there, and keeps every other process out.
 * Throws OpenError when the folder is in use, cannot be written or was written by a newer docstore.
 */
export const openFile = (dataDir: string): DatabaseSync => {
  let db: DatabaseSync
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    db = new DatabaseSync(fileOf(dataDir), { timeout: 0 })
  } catch (error) {
    throw new OpenError(`The data folder ${dataDir} cannot be used: ${said(error)}.`)
  }
  try {
    lockAndPrepare(db, dataDir)
  } catch (error) {
    db.close()
    throw error
  }
  return db
}
