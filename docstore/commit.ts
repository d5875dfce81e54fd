import type { DatabaseSync, StatementSync } from 'node:sqlite'

type Done = (error: Error | undefined) => void

/**
 * Group commit. The first write of a turn of the event loop opens a SQLite transaction; every command that arrives in the
 * same turn, on whatever connection, joins it; at the turn's end it is committed once and only then are the replies sent.
 * While the commit waits for the disk, the next commands gather in the sockets.
 */
export class Commit {
  private readonly begin: StatementSync
  private readonly commit: StatementSync
  private readonly sqlite: DatabaseSync
  private readonly onRollback: () => void
  private waiting: Done[] = []
  private opened = false

  constructor(sqlite: DatabaseSync, onRollback: () => void) {
    this.sqlite = sqlite
    this.onRollback = onRollback
    this.begin = sqlite.prepare('BEGIN IMMEDIATE')
    this.commit = sqlite.prepare('COMMIT')
  }

  /** True between the first write of a group and its commit: what is read now may not be told before the commit. */
  get open(): boolean {
    return this.opened
  }

  /** Called before every write. */
  start(): void {
    if (this.opened) return
    this.begin.run()
    this.opened = true
    setImmediate(() => this.flush())
  }

  /** Calls back once everything written so far is on disk, or with the error that undid it. */
  whenDurable(done: Done): void {
    this.waiting.push(done)
  }

  /** Undoes the whole group: for errors of the file itself, such as a full disk. */
  fail(error: Error): void {
    const waiting = this.waiting
    this.waiting = []
    if (this.opened && this.sqlite.isTransaction) this.sqlite.exec('ROLLBACK')
    this.opened = false
    this.onRollback()
    for (const done of waiting) done(error)
  }

  /** Commits what is open; at shutdown it is called directly. */
  flush(): void {
    if (!this.opened) return
    try {
      this.commit.run()
    } catch (error) {
      this.fail(error as Error)
      return
    }
    this.opened = false
    const waiting = this.waiting
    this.waiting = []
    for (const done of waiting) done(undefined)
  }
}
