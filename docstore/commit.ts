import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Disk } from './store/disk.ts'

type Done = (error: Error | undefined) => void

/** What group commit did since the start, for serverStatus. */
export interface CommitFigures {
  groups: number
  failed: number
  /** commands answered by a group, reads among them */
  commands: number
  syncs: number
  syncMs: number
  longestSyncMs: number
}

/** What a group's end means to others. */
export interface CommitEvents {
  /** a group was undone: what is remembered of the file may be wrong */
  readonly onRollback: () => void
  /** no transaction is open now */
  readonly onQuiet: () => void
  /**
   * The disk did not take what was committed. Nobody knows what it holds then, and a second try may say "done" without
   * writing: this must end the process, and the next start reads what is really there.
   */
  readonly onDiskFailure: (error: Error) => void
}

/**
 * Group commit. The first write of a turn of the event loop opens a SQLite transaction; every command that arrives in the
 * same turn, on whatever connection, joins it, and at the turn's end it is committed once. Then the log is forced to disk on
 * another thread, and only after that are writes answered; what is committed meanwhile goes with the next force. A read is
 * answered as soon as what it saw is committed, unless it asked for more.
 */
export class Commit {
  readonly figures: CommitFigures = { groups: 0, failed: 0, commands: 0, syncs: 0, syncMs: 0, longestSyncMs: 0 }
  private readonly begin: StatementSync
  private readonly commit: StatementSync
  private readonly sqlite: DatabaseSync
  private readonly disk: Disk
  private readonly events: CommitEvents
  private opened = false
  private unsynced = false
  private durably = false
  private ended: (() => void) | undefined
  private readers: Done[] = []
  private writers: Done[] = []
  private committed: Done[] = []
  private syncing: Done[] | undefined

  constructor(sqlite: DatabaseSync, disk: Disk, events: CommitEvents) {
    this.sqlite = sqlite
    this.disk = disk
    this.events = events
    this.begin = sqlite.prepare('BEGIN IMMEDIATE')
    this.commit = sqlite.prepare('COMMIT')
  }

  /** Called before every write. */
  start(): void {
    this.durably = true
    if (this.opened) return
    this.begin.run()
    this.opened = true
    setImmediate(() => this.next())
  }

  /** The answer to the command that runs now may be told only when all that it saw is on disk. */
  needDisk(): void {
    this.durably = true
  }

  /** Calls back, at once or later, when the command that just ran may be answered; with the error that undid its group. */
  whenTellable(done: Done): void {
    const { durably } = this
    this.durably = false
    if (this.opened) (durably ? this.writers : this.readers).push(done)
    else if (durably && this.unsynced) this.committed.push(done)
    else if (durably && this.syncing) this.syncing.push(done)
    else done(undefined)
  }

  /** Undoes the open group: for errors of the file itself, such as a full disk. Groups before it are committed and stay. */
  fail(error: Error): void {
    const undone = [...this.readers, ...this.writers]
    this.readers = []
    this.writers = []
    this.figures.failed++
    if (this.opened && this.sqlite.isTransaction) this.sqlite.exec('ROLLBACK')
    this.opened = false
    this.events.onRollback()
    for (const done of undone) done(error)
  }

  private close(): void {
    if (!this.opened) return
    try {
      this.commit.run()
    } catch (error) {
      this.fail(error as Error)
      return
    }
    this.opened = false
    this.unsynced = true
    const { readers, figures } = this
    figures.groups++
    figures.commands += readers.length + this.writers.length
    this.committed.push(...this.writers)
    this.readers = []
    this.writers = []
    for (const done of readers) done(undefined)
  }

  private next(): void {
    if (this.ended) {
      this.ended()
      return
    }
    this.close()
    this.events.onQuiet()
    if (this.syncing || !this.unsynced) return
    this.unsynced = false
    this.syncing = this.committed
    this.committed = []
    const start = performance.now()
    this.disk.sync((error) => {
      if (error) {
        this.events.onDiskFailure(error)
        return
      }
      this.timed(performance.now() - start)
      const durable = this.syncing ?? []
      this.syncing = undefined
      for (const done of durable) done(undefined)
      this.next()
    })
  }

  private timed(ms: number): void {
    const { figures } = this
    figures.syncs++
    figures.syncMs += ms
    figures.longestSyncMs = Math.max(figures.longestSyncMs, ms)
  }

  /** Commits what is open and waits for the disk: at shutdown. */
  flush(): void {
    this.close()
    const durable = [...(this.syncing ?? []), ...this.committed]
    if (durable.length === 0) return
    try {
      this.disk.syncNow()
    } catch (error) {
      this.events.onDiskFailure(error as Error)
      return
    }
    this.unsynced = false
    this.committed = []
    if (this.syncing) this.syncing = []
    for (const done of durable) done(undefined)
  }

  /** The same, and nothing touches the file afterwards. */
  async end(): Promise<void> {
    this.flush()
    await new Promise<void>((resolve) => {
      this.ended = resolve
      if (!this.syncing) resolve()
    })
  }
}
