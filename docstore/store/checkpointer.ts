import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { Worker } from 'node:worker_threads'
import type { Round } from './checkpoint-worker.ts'

/** Pages of log (2 KB each) after which the other thread begins to copy them. */
const ROUND_PAGES = 2000
/** Pages that may be left for the last round, during which writes wait. */
const REST_PAGES = 500
/** A log of this size gets its last round whatever is left, so that it cannot grow for ever. */
const MAX_PAGES = 32_000
const LOOK_EVERY_MS = 10
const RETRY_MS = 1000
const CLOSE_MS = 5000
/** SQLITE_IOERR_FSYNC and SQLITE_IOERR_DIR_FSYNC */
const SYNC_ERRORS = new Set([1034, 1290])

/** How the log fares, for serverStatus. */
export interface CheckpointFigures {
  rounds: number
  finished: number
  failed: number
  longestHoldMs: number
  logPages: number
}

/**
 * Copies the log into the database file on another thread, while writes go on. Only a log that is copied to its last page is
 * begun anew: for the last round, when little is left, writes wait in their connections. This thread never waits for the disk.
 */
export class Checkpointer {
  readonly figures: CheckpointFigures = { rounds: 0, finished: 0, failed: 0, longestHoldMs: 0, logPages: 0 }
  private readonly file: string
  private readonly sqlite: DatabaseSync
  private readonly onFailure: (error: Error) => void
  private readonly size: StatementSync
  private readonly truncate: StatementSync
  private worker: Worker | undefined
  private copying = false
  private rest = false
  private shrinking = false
  private lookedAtMs = 0
  private copied = 0
  private heldSinceMs: number | undefined
  private waiting: (() => void)[] = []

  /** A disk that does not take what it is given is told to `onFailure`: nobody knows what it holds then. */
  constructor(sqlite: DatabaseSync, file: string, onFailure: (error: Error) => void) {
    this.sqlite = sqlite
    this.file = file
    this.onFailure = onFailure
    this.size = sqlite.prepare('PRAGMA wal_checkpoint=NOOP')
    this.truncate = sqlite.prepare('PRAGMA wal_checkpoint(TRUNCATE)')
  }

  /** Writes should wait until `whenFree` calls back. One that does not is safe, and costs another round. */
  get holding(): boolean {
    return this.heldSinceMs !== undefined
  }

  whenFree(done: () => void): void {
    this.waiting.push(done)
  }

  /** To be called often, while no transaction is open. */
  look(): void {
    const nowMs = performance.now()
    if (this.copying || (!this.rest && nowMs - this.lookedAtMs < LOOK_EVERY_MS)) return
    this.lookedAtMs = nowMs
    if (this.shrinking) this.shrink()
    const { log, checkpointed } = this.size.get() as { log: number; checkpointed: number }
    this.figures.logPages = log
    const left = log - checkpointed
    if (this.rest && (left <= REST_PAGES || log > MAX_PAGES)) {
      this.heldSinceMs = nowMs
      this.ask()
    } else if (left > ROUND_PAGES || this.rest) this.ask()
  }

  /** Copies what can be copied although too little has come for a round: after the disk was full. */
  now(): void {
    if (!this.copying) this.ask()
  }

  /** Makes the file as short as its pages allow, now or when the other thread has done its round. No transaction is open. */
  shrink(): void {
    this.shrinking = true
    if (!this.copying) this.shrinking = (this.truncate.get() as { busy: number }).busy !== 0
  }

  private ask(): void {
    this.copying = true
    this.worker ??= this.start()
    this.worker.postMessage('copy')
  }

  private start(): Worker {
    const worker = new Worker(new URL('./checkpoint-worker.ts', import.meta.url), { workerData: this.file })
    worker.on('message', (round: Round) => this.took(round))
    worker.on('error', (error) => {
      this.worker = undefined
      this.took({ log: 0, copied: 0, error: { message: error.message, code: 0 } })
    })
    worker.unref()
    return worker
  }

  private took({ log, copied, error }: Round): void {
    this.copying = false
    this.figures.rounds++
    const { holding } = this
    if (holding && log === copied && !error) this.figures.finished++
    // a backup that reads the log keeps it from being copied: trying again at once would only hold up writes
    const stuck = !error && copied < log && copied === this.copied
    if (stuck) this.lookedAtMs = performance.now() + RETRY_MS
    this.copied = copied
    this.rest = !error && !holding && !stuck && log > 0
    if (!error) this.figures.logPages = log - copied
    else this.failed(new Error(error.message), error.code)
    this.free()
    if (this.shrinking && !this.sqlite.isTransaction) this.shrink()
  }

  private free(): void {
    if (this.heldSinceMs === undefined) return
    this.figures.longestHoldMs = Math.max(this.figures.longestHoldMs, performance.now() - this.heldSinceMs)
    this.heldSinceMs = undefined
    const { waiting } = this
    this.waiting = []
    for (const done of waiting) done()
  }

  private failed(error: Error, code: number): void {
    this.figures.failed++
    this.lookedAtMs = performance.now() + RETRY_MS
    if (SYNC_ERRORS.has(code)) this.onFailure(error)
  }

  /** Ends the other thread, so that SQLite finds itself alone when the file is closed. */
  async close(): Promise<void> {
    const { worker } = this
    if (!worker) return
    const gone = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
    const late = new Promise<void>((resolve) => setTimeout(resolve, CLOSE_MS).unref())
    worker.ref()
    worker.postMessage('close')
    await Promise.race([gone, late])
  }
}
