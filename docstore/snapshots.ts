import { Long, Timestamp } from 'bson'
import { CommandError } from './errors.ts'
import type { Versions, View } from './versions.ts'

const LIFETIME_MS = 300_000
const MAX_SNAPSHOTS = 64
const MAX_CHANGES = 100_000

interface Snapshot extends View {
  readonly at: bigint
  readonly takenAtMs: number
}

/** States of the past that reads outside of transactions may ask for again: read concern snapshot. */
export class Snapshots {
  private readonly versions: Versions
  private readonly now: () => number
  private readonly kept = new Map<bigint, Snapshot>()
  private latest: Snapshot | undefined
  private clock = 0n

  constructor(versions: Versions, now: () => number) {
    this.versions = versions
    this.now = now
  }

  /** A time greater than all before: seconds, and a counter within the second. */
  private tick(): bigint {
    const time = BigInt(Math.floor(this.now() / 1000)) << 32n
    this.clock = (time > this.clock ? time : this.clock) + 1n
    return this.clock
  }

  private release(snapshot: Snapshot): void {
    this.kept.delete(snapshot.at)
    this.versions.views.delete(snapshot)
    if (this.latest === snapshot) this.latest = undefined
  }

  /** Lets go of what is older than 5 minutes, or holds too much. */
  sweep(): void {
    const oldest = this.now() - LIFETIME_MS
    for (const snapshot of [...this.kept.values()])
      if (snapshot.takenAtMs < oldest || snapshot.foreign.size > MAX_CHANGES) this.release(snapshot)
  }

  /** After a rollback of the file the past is not known any more. */
  forget(): void {
    for (const snapshot of [...this.kept.values()]) this.release(snapshot)
  }

  /** The state at a time a read was told before, or the state of now. Throws 239 for one that is not kept (any more). */
  take(at: bigint | undefined): Snapshot {
    this.sweep()
    if (at !== undefined) {
      const known = this.kept.get(at)
      if (known) return known
      if (at > this.clock)
        throw new CommandError(72, 'readConcern atClusterTime value must not be greater than the current clusterTime')
      throw new CommandError(239, 'Read timestamp is older than the oldest available timestamp.')
    }
    if (this.latest?.foreign.size === 0) return this.latest
    if (this.kept.size >= MAX_SNAPSHOTS) this.release(this.kept.values().next().value as Snapshot)
    const taken = { at: this.tick(), takenAtMs: this.now() }
    const made: Snapshot = { ...taken, own: new Map(), foreign: new Map(), claimed: new Set() }
    this.kept.set(made.at, made)
    this.versions.views.add(made)
    this.latest = made
    return made
  }

  /** Runs a read on a snapshot. The group of the commit must be open: reading the past is undone, not written. */
  read<R>(snapshot: Snapshot, work: () => R): R {
    return this.versions.run(snapshot, work)
  }
}

/** A snapshot's time as drivers know it. */
export const timestampOf = ({ at }: { at: bigint }): Timestamp => new Timestamp(Long.fromBigInt(at, true))
