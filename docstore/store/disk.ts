import { fdatasync, fdatasyncSync, openSync } from 'node:fs'

/** Forces SQLite's write-ahead log to disk. */
export interface Disk {
  /** on another thread; calls back when all that was committed before the call is on disk */
  readonly sync: (done: () => void) => void
  readonly syncNow: () => void
}

/**
 * The log of a database file that SQLite has open with `synchronous=NORMAL`: it orders log and checkpoints safely and leaves it
 * to us when a commit is on disk. After a failed sync nobody knows what the disk holds, and trying again may say "done" without
 * writing: `onFailure` must end the process, and the next start reads what is really there.
 */
export const openDisk = (file: string, onFailure: (error: Error) => void): Disk => {
  // never closed while SQLite is open, and never the database file itself: closing it would drop SQLite's lock
  const fd = openSync(`${file}-wal`, 'r+')
  return {
    sync: (done) =>
      fdatasync(fd, (error) => {
        if (error) onFailure(error)
        else done()
      }),
    syncNow: () => fdatasyncSync(fd),
  }
}
