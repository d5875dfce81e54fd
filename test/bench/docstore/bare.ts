import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { serialize } from 'bson'
import { activity } from './activity.ts'

const SCHEMA = `CREATE TABLE t(r INTEGER PRIMARY KEY, id TEXT, org TEXT, source TEXT, ext TEXT, rev INTEGER, person TEXT, at INTEGER, pending INTEGER, doc BLOB);
CREATE UNIQUE INDEX a ON t(id); CREATE UNIQUE INDEX b ON t(org, source, ext, rev);
CREATE INDEX c ON t(org, person, at); CREATE INDEX d ON t(org, pending)`

/**
 * The same rows in bare node:sqlite: a unique key and three indexes kept by SQLite itself, WAL, every commit on disk
 * (`synchronous=FULL`), `perCommit` rows in each. Rows a second.
 */
export const bareInserts = (rows: number, perCommit: number): number => {
  const folder = mkdtempSync(join(tmpdir(), 'docstore-bench-'))
  const db = new DatabaseSync(join(folder, 'bare.sqlite'))
  db.exec(
    'PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-131072; PRAGMA wal_autocheckpoint=4000',
  )
  db.exec(SCHEMA)
  const insert = db.prepare(
    'INSERT INTO t(id, org, source, ext, rev, person, at, pending, doc) VALUES(?,?,?,?,?,?,?,?,?)',
  )
  const begin = db.prepare('BEGIN IMMEDIATE')
  const commit = db.prepare('COMMIT')
  const start = performance.now()
  for (let from = 0; from < rows; from += perCommit) {
    begin.run()
    for (let n = from; n < from + perCommit; n++) {
      const a = activity(n)
      const keys = [a._id, a.org, a.source, a.externalId, a.revision, a.personId, a.at.getTime()]
      insert.run(...keys, a.pending?.getTime() ?? null, serialize(a))
    }
    commit.run()
  }
  const rate = (rows * 1000) / (performance.now() - start)
  db.close()
  rmSync(folder, { recursive: true })
  return rate
}
