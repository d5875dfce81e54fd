import type { DatabaseSync } from 'node:sqlite'
import { Commit } from './commit.ts'
import { Cursors } from './cursors.ts'
import { FailPoints } from './fail-points.ts'
import { Sessions } from './sessions.ts'
import { Snapshots } from './snapshots.ts'
import { Catalog } from './store/catalog.ts'
import { openDisk } from './store/disk.ts'
import { fileOf, openFile } from './store/file.ts'
import { rebuildStale } from './store/index-build.ts'
import { Records } from './store/records.ts'
import { openTransactions, type Transactions } from './transactions.ts'

/** Everything a command works with. */
export interface Engine {
  readonly sqlite: DatabaseSync
  readonly catalog: Catalog
  readonly records: Records
  readonly commit: Commit
  readonly sessions: Sessions
  readonly transactions: Transactions
  readonly snapshots: Snapshots
  readonly cursors: Cursors
  /** errors on purpose, only where test commands were allowed */
  readonly failPoints: FailPoints | undefined
  readonly startedAtMs: number
  readonly now: () => number
}

const crash = (error: Error): never => {
  throw new Error(`The disk did not take what was written (${error.message}); docstore ends so that nothing is lost.`)
}

const rebuildStaleIndexes = (sqlite: DatabaseSync, catalog: Catalog, records: Records): void => {
  const stale = catalog.list().flatMap((c) => c.indexes.filter((i) => i.labels?.stale).map((index) => ({ c, index })))
  if (stale.length === 0) return
  sqlite.exec('BEGIN IMMEDIATE')
  for (const { c, index } of stale) rebuildStale(records, c, index, sqlite)
  sqlite.exec('COMMIT')
}

/** Opens a data folder. Throws OpenError. A failing disk ends the process. */
export const openEngine = (dataDir: string, now: () => number = Date.now, testCommands = false): Engine => {
  const sqlite = openFile(dataDir)
  const catalog = new Catalog(sqlite)
  const records = new Records((_collection, index) => catalog.noteMultikey(index))
  rebuildStaleIndexes(sqlite, catalog, records)
  const sessions = new Sessions(sqlite, now)
  const commit = new Commit(sqlite, openDisk(fileOf(dataDir), crash), () => {
    catalog.reload()
    sessions.forget()
    transactions.forget()
    snapshots.forget()
  })
  const startWriting = (): void => commit.start()
  const { versions, transactions } = openTransactions({ sqlite, catalog, records, startWriting }, now)
  const snapshots = new Snapshots(versions, now)
  const cursors = new Cursors(now, () => transactions.inside)
  const failPoints = testCommands ? new FailPoints() : undefined
  return {
    sqlite,
    catalog,
    records,
    commit,
    sessions,
    transactions,
    snapshots,
    cursors,
    failPoints,
    startedAtMs: now(),
    now,
  }
}
