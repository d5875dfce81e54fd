import { closeSync, fsyncSync, mkdirSync, openSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { lockFolder } from './lock.ts'

/** Raised with every change of the tables; a file with a greater number is not opened. */
export const FORMAT = 2

/** How long SQLite waits for another connection to this file: a backup that opens it while it recovers its log. */
const BUSY_MS = 2000

/** The database file of a data folder. */
export const fileOf = (dataDir: string): string => join(dataDir, 'docstore.sqlite')

/** A data folder that cannot be used, in one sentence for the operator. */
export class OpenError extends Error {}

/** The database of a data folder, held against other processes until it is closed. */
export interface DataFile {
  readonly sqlite: DatabaseSync
  readonly close: () => void
}

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

const inUse = (dataDir: string): OpenError =>
  new OpenError(`The data folder ${dataDir} is in use by another docstore process; stop that one first.`)

/** Throws OpenError for a file that a newer docstore wrote. */
export const checkFormat = (db: DatabaseSync, file: string): void => {
  const format = Number(db.prepare('PRAGMA user_version').get()?.user_version ?? 0)
  if (format > FORMAT)
    throw new OpenError(
      `${file} was written by a newer docstore (format ${format}, this one knows ${FORMAT}); start the newer version.`,
    )
}

const prepare = (db: DatabaseSync, dataDir: string): void => {
  try {
    checkFormat(db, fileOf(dataDir))
    // small pages: an index key in a random place dirties one page, and a commit writes every dirty page;
    // NORMAL: SQLite does not wait for the disk at a commit; commit.ts does, on another thread, before it answers;
    // no checkpoint inside a COMMIT: see checkpointer.ts
    db.exec('PRAGMA page_size=2048; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA wal_autocheckpoint=0')
    db.exec('PRAGMA cache_size=-131072; PRAGMA temp_store=MEMORY; PRAGMA journal_size_limit=67108864')
    db.exec('BEGIN IMMEDIATE; COMMIT')
  } catch (error) {
    if (error instanceof OpenError) throw error
    if (/locked|busy/i.test(said(error))) throw inUse(dataDir)
    throw new OpenError(`The database file in ${dataDir} cannot be opened: ${said(error)}.`)
  }
  db.exec(`BEGIN IMMEDIATE; ${SCHEMA} PRAGMA user_version=${FORMAT}; COMMIT`)
}

/** A new name in a folder is on disk only when its folder is. */
export const syncFolder = (folder: string): void => {
  const fd = openSync(folder, 'r')
  fsyncSync(fd)
  closeSync(fd)
}

/**
 * Opens the SQLite file of a data folder, made if it is not there, and keeps every other docstore out.
 * Throws OpenError when the folder is in use, cannot be written or was written by a newer docstore.
 */
export const openFile = (dataDir: string): DataFile => {
  let unlock: (() => void) | undefined
  let db: DatabaseSync | undefined
  try {
    if (mkdirSync(dataDir, { recursive: true, mode: 0o700 })) syncFolder(dirname(dataDir))
    unlock = lockFolder(dataDir)
    if (unlock) db = new DatabaseSync(fileOf(dataDir), { timeout: BUSY_MS })
  } catch (error) {
    unlock?.()
    throw new OpenError(`The data folder ${dataDir} cannot be used: ${said(error)}.`)
  }
  if (!unlock || !db) throw inUse(dataDir)
  const sqlite = db
  const release = unlock
  const close = (): void => {
    sqlite.close()
    release()
  }
  try {
    prepare(sqlite, dataDir)
  } catch (error) {
    close()
    throw error
  }
  return { sqlite, close }
}
