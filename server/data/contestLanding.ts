import type { ActivityDoc } from './documents.ts'

/** A database that hangs may hold a write back for so long; what was recorded earlier is stored when a contest closes. */
const windowMs = 120_000
const most = 20_000

/**
 * What a contest's result was computed from, of the last moments before it closed: a write that was under way just then
 * belongs to the time before the close by the instant of its record, but the result does not know it.
 */
export interface Landing {
  /** Revisions that were recorded from this instant on had landed only if they are named. */
  sinceMs: number
  ids: string[]
}

/** Was a revision recorded in the last moments before a close at `cutoffMs`? */
export function recordedLately(revision: ActivityDoc, cutoffMs: number): boolean {
  return revision.recordedAt.getTime() >= cutoffMs - windowMs
}

/** The landing of revisions that were recorded lately and were read for a close at `cutoffMs`: of very many, the last. */
export function landingOf(lately: readonly ActivityDoc[], cutoffMs: number): Landing {
  const newestFirst = lately.toSorted((a, b) => b.recordedAt.getTime() - a.recordedAt.getTime())
  const firstBeyond = newestFirst[most]
  const sinceMs = firstBeyond ? firstBeyond.recordedAt.getTime() + 1 : cutoffMs - windowMs
  return { sinceMs, ids: newestFirst.filter((doc) => doc.recordedAt.getTime() >= sinceMs).map((doc) => doc._id) }
}

/** Had a revision landed? */
export function landedBy({ sinceMs, ids }: Landing): (revision: ActivityDoc) => boolean {
  const named = new Set(ids)
  return (doc) => doc.recordedAt.getTime() < sinceMs || named.has(doc._id)
}
