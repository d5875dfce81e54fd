import type { DatabaseSync } from 'node:sqlite'
import { Commit } from './commit.ts'
import { Cursors } from './cursors.ts'
import { Sessions } from './sessions.ts'
import { Catalog } from './store/catalog.ts'
import { openFile } from './store/file.ts'
import { Records } from './store/records.ts'
import { Transactions } from './transactions.ts'

/** Everything a command works with. */
export interface Engine {
  readonly sqlite: DatabaseSync
  readonly catalog: Catalog
  readonly records: Records
  readonly commit: Commit
  readonly sessions: Sessions
  readonly transactions: Transactions
  readonly cursors: Cursors
  readonly startedAtMs: number
  readonly now: () => number
}

/** Opens a data folder. Throws OpenError. */
export const openEngine = (dataDir: string, now: () => number = Date.now): Engine => {
  const sqlite = openFile(dataDir)
  const catalog = new Catalog(sqlite)
  const records = new Records((_collection, index) => catalog.noteMultikey(index))
  const sessions = new Sessions(sqlite, now)
  const commit = new Commit(sqlite, () => {
    catalog.reload()
    sessions.forget()
  })
  const transactions = new Transactions(sqlite, records, now)
  const cursors = new Cursors(now, () => transactions.inside)
  return { sqlite, catalog, records, commit, sessions, transactions, cursors, startedAtMs: now(), now }
}
