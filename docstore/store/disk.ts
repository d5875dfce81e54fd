import { closeSync, fdatasync, fdatasyncSync, openSync } from 'node:fs'

/** Forces SQLite's write-ahead log to disk. */
export interface Disk {
  /** on another thread; calls back when all that was committed before the call is on disk, with the error if it is not */
  readonly sync: (done: (error: Error | null) => void) => void
  readonly syncNow: () => void
  readonly close: () => void
}

/**
 * The log of a database file that SQLite has open with `synchronous=NORMAL`: it orders log and checkpoints safely and leaves it
 * to us when a commit is on disk.
 */
export const openDisk = (file: string): Disk => {
  // of the log, never of the database file: closing that would drop SQLite's locks
  const fd = openSync(`${file}-wal`, 'r+')
  return {
    sync: (done) => fdatasync(fd, done),
    syncNow: () => fdatasyncSync(fd),
    close: () => closeSync(fd),
  }
}
