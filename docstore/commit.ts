import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Disk } from './store/disk.ts'

type Done = (error: Error | undefined) => void

/**
 * Group commit. The first write of a turn of the event loop opens a SQLite transaction; every command that arrives in the
 * same turn, on whatever connection, joins it; at the turn's end it is committed once, the log is forced to disk on another
 * thread, and only then are the replies sent. What arrives meanwhile is worked on and is the next group, whose commit waits for
 * that disk.
 */
export class Commit {
  private readonly begin: StatementSync
  private readonly commit: StatementSync
  private readonly sqlite: DatabaseSync
  private readonly disk: Disk
  private readonly onRollback: () => void
  private waiting: Done[] = []
  private syncing: Done[] | undefined
  private opened = false

  constructor(sqlite: DatabaseSync, disk: Disk, onRollback: () => void) {
    this.sqlite = sqlite
    this.disk = disk
    this.onRollback = onRollback
    this.begin = sqlite.prepare('BEGIN IMMEDIATE')
    this.commit = sqlite.prepare('COMMIT')
  }

  /** True from the first write of a group until it is on disk: what is read now may not be told before. */
  get pending(): boolean {
    return this.opened || this.syncing !== undefined
  }

  /** Called before every write. */
  start(): void {
    if (this.opened) return
    this.begin.run()
    this.opened = true
    if (!this.syncing) setImmediate(() => this.next())
  }

  /** Calls back once everything written so far is on disk, or with the error that undid it. */
  whenDurable(done: Done): void {
    if (this.opened || !this.syncing) this.waiting.push(done)
    else this.syncing.push(done)
  }

  /** Undoes the open group: for errors of the file itself, such as a full disk. */
  fail(error: Error): void {
    const waiting = this.waiting
    this.waiting = []
    if (this.opened && this.sqlite.isTransaction) this.sqlite.exec('ROLLBACK')
    this.opened = false
    this.onRollback()
    for (const done of waiting) done(error)
  }

  /** Ends the open group in the file; gives those who wait for the disk, or undefined if it was undone. */
  private close(): Done[] | undefined {
    try {
      this.commit.run()
    } catch (error) {
      this.fail(error as Error)
      return undefined
    }
    this.opened = false
    const waiting = this.waiting
    this.waiting = []
    return waiting
  }

  private next(): void {
    if (!this.opened || this.syncing) return
    this.syncing = this.close()
    if (!this.syncing) return
    this.disk.sync(() => {
      const durable = this.syncing ?? []
      this.syncing = undefined
      for (const done of durable) done(undefined)
      this.next()
    })
  }

  /** Commits what is open and waits for the disk: at shutdown. */
  flush(): void {
    const closed = (this.opened && this.close()) || []
    if (!closed.length && !this.syncing) return
    this.disk.syncNow()
    const durable = [...(this.syncing ?? []), ...closed]
    if (this.syncing) this.syncing = []
    for (const done of durable) done(undefined)
  }
}
