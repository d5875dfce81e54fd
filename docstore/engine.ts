import type { DatabaseSync } from 'node:sqlite'
import { Commit } from './commit.ts'
import { Cursors } from './cursors.ts'
import { FailPoints } from './fail-points.ts'
import { Metrics } from './metrics.ts'
import { newParameters, type Parameters } from './parameters.ts'
import { Sessions } from './sessions.ts'
import { Snapshots } from './snapshots.ts'
import { Catalog } from './store/catalog.ts'
import { Checkpointer } from './store/checkpointer.ts'
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
  readonly checkpointer: Checkpointer
  readonly sessions: Sessions
  readonly transactions: Transactions
  readonly snapshots: Snapshots
  readonly cursors: Cursors
  /** errors on purpose, only where test commands were allowed */
  readonly failPoints: FailPoints | undefined
  readonly metrics: Metrics
  readonly dataDir: string
  readonly parameters: Parameters
  readonly startedAtMs: number
  readonly now: () => number
  /** commits, and closes the file; call it once, when no command runs any more */
  readonly close: () => Promise<void>
}

/** The disk failed to keep what was written: the process must end. */
export class DiskError extends Error {}

const crash = (error: Error): never => {
  throw new DiskError(
    `The disk did not take what was written (${error.message}); docstore ends so that nothing is lost.`,
  )
}

const rebuildStaleIndexes = (sqlite: DatabaseSync, catalog: Catalog, records: Records): void => {
  const stale = catalog.list().flatMap((c) => c.indexes.filter((i) => i.labels?.stale).map((index) => ({ c, index })))
  if (stale.length === 0) return
  sqlite.exec('BEGIN IMMEDIATE')
  for (const { c, index } of stale) rebuildStale(records, c, index, sqlite)
  sqlite.exec('COMMIT')
}

/** Opens a data folder. Throws OpenError. A failing disk throws DiskError where nothing catches it. */
export const openEngine = (dataDir: string, now: () => number = Date.now, testCommands = false): Engine => {
  const parameters = newParameters()
  const { sqlite, close: closeFile } = openFile(dataDir)
  const catalog = new Catalog(sqlite)
  const records = new Records((_collection, index) => catalog.noteMultikey(index))
  rebuildStaleIndexes(sqlite, catalog, records)
  const sessions = new Sessions(sqlite, now)
  const disk = openDisk(fileOf(dataDir))
  const checkpointer = new Checkpointer(sqlite, fileOf(dataDir), crash)
  const onRollback = (): void => {
    catalog.reload()
    sessions.forget()
    transactions.forget()
    snapshots.forget()
    checkpointer.now()
  }
  const commit = new Commit(sqlite, disk, { onRollback, onQuiet: () => checkpointer.look(), onDiskFailure: crash })
  const startWriting = (): void => commit.start()
  const { versions, transactions } = openTransactions({ sqlite, catalog, records, parameters, startWriting, now })
  const snapshots = new Snapshots(versions, now)
  const cursors = new Cursors(now, parameters, () => transactions.inside)
  transactions.onEnd = ({ lsid, txn }) => cursors.removeOfTransaction(lsid, txn)
  const failPoints = testCommands ? new FailPoints() : undefined
  const close = async (): Promise<void> => {
    await commit.end()
    await checkpointer.close()
    disk.close()
    closeFile()
  }
  return {
    sqlite,
    catalog,
    records,
    commit,
    checkpointer,
    sessions,
    transactions,
    snapshots,
    cursors,
    failPoints,
    metrics: new Metrics(),
    dataDir,
    parameters,
    startedAtMs: now(),
    now,
    close,
  }
}
