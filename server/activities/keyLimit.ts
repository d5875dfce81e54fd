import type { SourcePrincipal } from '../http/principal.ts'

/** Activities that one source may send in a second, and at once after a pause; far above what a floor does. */
const perSecond = 20_000
const burst = 40_000
const mostSources = 10_000

/** Says for how many ms a source has to wait before it may send so many more; 0 takes them from its allowance. */
export type KeyLimit = (source: Pick<SourcePrincipal, 'sourceId'>, count: number, nowMs: number) => number

/** Keeps one source from crowding out the others; each server process counts for itself. */
export function createKeyLimit({ rate = perSecond, most = burst } = {}): KeyLimit {
  const buckets = new Map<string, { left: number; atMs: number }>()
  return ({ sourceId }, count, nowMs) => {
    const bucket = buckets.get(sourceId) ?? { left: most, atMs: nowMs }
    const left = Math.min(most, bucket.left + (Math.max(0, nowMs - bucket.atMs) / 1000) * rate)
    const wanted = Math.min(count, most)
    const waitMs = left >= wanted ? 0 : Math.ceil(((wanted - left) / rate) * 1000)
    if (buckets.size >= mostSources && !buckets.has(sourceId)) buckets.clear()
    buckets.set(sourceId, { left: waitMs === 0 ? left - wanted : left, atMs: nowMs })
    return waitMs
  }
}
