import type { Entry } from '#shared/entry.ts'
import type { LocalDay } from '#shared/schema.ts'
import type { MetricDays } from '#shared/standing.ts'
import { addLine, copySummary, emptySummary, foldLines, type Summary, summaryLines } from '#shared/summary.ts'
import type { TallyPageDoc } from './documents.ts'
import { duplicatesOf } from './insertNew.ts'
import { entriesOfMember } from './ledger.ts'
import type { Mongo } from './mongo.ts'
import type { PageRange } from './pageCache.ts'
import { cellOf, emptyPage, type PageRef, pageOf, partOf, type TallyPage, withSummaries } from './tallyPage.ts'

/**
 * Pages to write upon, by their ids; one that was never written is empty, at version 0. Where this process keeps pages, some
 * may be of a moment ago: then the write is refused.
 */
export async function readPages(mongo: Mongo, org: string, refs: readonly PageRef[]): Promise<Map<string, TallyPage>> {
  const pages = new Map<string, TallyPage>()
  const open = new Map(refs.map((ref) => [ref.id, ref]))
  for (const [id, ref] of open) {
    const kept = mongo.pageCache?.get(org, ref)
    if (kept) pages.set(id, kept)
  }
  for (const id of pages.keys()) open.delete(id)
  for (const page of await findPages(mongo, org, { _id: { $in: [...open.keys()] } }, open.size)) {
    pages.set(page.id, page)
    open.delete(page.id)
  }
  for (const ref of open.values()) pages.set(ref.id, emptyPage(ref))
  return pages
}

type TallyPageHead = Pick<TallyPageDoc, '_id' | 'memberId' | 'part' | 'version' | 'writer'>

/**
 * All pages of some members for some metrics and months [fromMonth, toMonth], as they are now; where this process has read
 * them since `sinceMs` (on its own clock), as they were then or later.
 */
export async function pagesOfMembers(mongo: Mongo, range: PageRange, sinceMs?: number): Promise<TallyPage[]> {
  const atMs = performance.now()
  const { org, memberIds, parts, fromMonth, toMonth } = range
  const cache = mongo.pageCache
  const recent = sinceMs === undefined ? null : cache?.getRange(range, sinceMs)
  if (recent) return recent
  const filter = {
    org,
    memberId: { $in: memberIds },
    month: { $gte: fromMonth, $lte: toMonth },
    part: { $in: parts },
  }
  if (!cache?.knows(org)) {
    const pages = await findPages(mongo, org, filter)
    cache?.keepRange(range, pages, atMs)
    return pages
  }
  const heads = (await mongo.tallies.collection
    .find(filter, {
      projection: { memberId: 1, part: 1, version: 1, writer: 1 },
      maxTimeMS: 10_000,
      batchSize: 5000,
    })
    .toArray()) as unknown as TallyPageHead[]
  const pages: TallyPage[] = []
  const changed: string[] = []
  for (const head of heads) {
    const kept = cache.get(org, { ...head, id: head._id })
    if (kept?.version === head.version && kept.writer === head.writer) pages.push(kept)
    else changed.push(head._id)
  }
  pages.push(...(await findPages(mongo, org, { _id: { $in: changed } }, changed.length)))
  cache.keepRange(range, pages, atMs)
  return pages
}

/** Reads pages from the database; `most` 0 says that there is nothing to read. */
async function findPages(mongo: Mongo, org: string, filter: object, most = Number.POSITIVE_INFINITY) {
  if (most === 0) return []
  const found = await mongo.tallies.collection.find(filter, { maxTimeMS: 10_000, batchSize: 5000 }).toArray()
  const pages = (found as unknown as TallyPageDoc[]).map(pageOf)
  for (const page of pages) mongo.pageCache?.keep(org, page)
  return pages
}

/** A change of a page: the summaries of some days and metrics as they shall be. */
export interface PageWrite {
  /** As it was read. */
  page: TallyPage
  changed: MetricDays
  /** As it is when the write has succeeded. */
  after: TallyPage
}

/** The write that replaces some summaries of a page; `passId` tells it from everybody else's. */
export function pageWrite(page: TallyPage, changed: MetricDays, passId: string): PageWrite {
  const metrics = withSummaries(page.metrics, changed)
  return { page, changed, after: { ...page, version: page.version + 1, metrics, writer: passId } }
}

/**
 * Writes pages, each only if nobody else has since it was read; answers the ids of those that lost. One round trip, and
 * another one when somebody lost.
 */
export async function writePages(mongo: Mongo, org: string, writes: readonly PageWrite[]): Promise<Set<string>> {
  if (writes.length === 0) return new Set()
  const operations = writes.map(({ page, changed, after }) => {
    const set: Record<string, unknown> = { version: after.version, writer: after.writer }
    for (const [metricId, days] of changed)
      for (const [day, summary] of days) set[`metrics.${metricId}.${day.slice(8)}`] = cellOf(summary)
    const { of, memberId, part, teamId, month } = page
    const filter = { _id: page.id as never, version: page.version }
    return page.version === 0
      ? {
          updateOne: {
            filter,
            update: { $set: set, $setOnInsert: { org, of, memberId, part, teamId, month } },
            upsert: true,
          },
        }
      : { updateOne: { filter, update: { $set: set } } }
  })
  const written = await mongo.tallies.collection.bulkWrite(operations as never[], { ordered: false }).then(
    (result) => result.matchedCount + result.upsertedCount,
    (error) => -duplicatesOf(error).length,
  )
  if (written === writes.length) {
    for (const { after } of writes) mongo.pageCache?.keep(org, after)
    return new Set()
  }
  const now = await mongo.tallies.collection
    .find(
      { _id: { $in: writes.map(({ page }) => page.id) as never[] } },
      { projection: { version: 1, writer: 1 }, maxTimeMS: 10_000 },
    )
    .toArray()
  const stored = new Map((now as unknown as TallyPageDoc[]).map((doc) => [doc._id, doc]))
  const lost = new Set<string>()
  for (const { page, after } of writes) {
    const { version, writer } = stored.get(page.id) ?? {}
    if (version === after.version && writer === after.writer) mongo.pageCache?.keep(org, after)
    else {
      mongo.pageCache?.drop(org, page)
      lost.add(page.id)
    }
  }
  return lost
}

/** Summaries of a page with the new original lines of some days added. */
export function addedSummaries(
  page: TallyPage,
  entries: ReadonlyMap<LocalDay, readonly Entry[]>,
  cappedRules: ReadonlySet<string>,
): MetricDays {
  const changed = new Map<string, Map<LocalDay, Summary>>()
  for (const [day, ofDay] of entries)
    for (const line of ofDay.flatMap(summaryLines)) {
      if (partOf(line) !== page.part) continue
      const days = changed.get(line.metricId) ?? new Map<LocalDay, Summary>()
      changed.set(line.metricId, days)
      const before = page.metrics.get(line.metricId)?.get(day)
      const summary = days.get(day) ?? (before ? copySummary(before) : emptySummary())
      days.set(day, summary)
      addLine(summary, line, cappedRules)
    }
  return changed
}

/** Days of a page folded anew from the ledger: right whatever was added, lost or doubled before. */
export async function refoldedSummaries(
  mongo: Mongo,
  {
    org,
    page,
    days,
    cappedRules,
  }: { org: string; page: TallyPage; days: readonly LocalDay[]; cappedRules: ReadonlySet<string> },
): Promise<MetricDays> {
  const sorted = [...days].sort()
  const first = sorted[0]
  const last = sorted[sorted.length - 1]
  if (first === undefined || last === undefined) return new Map()
  const entries = await entriesOfMember(mongo, {
    org,
    of: page.of,
    memberId: page.memberId,
    fromDay: first,
    toDay: `${last}~`,
  })
  const own = entries.filter((entry) => page.of === 'teams' || entry.teamId === page.teamId)
  const ofDays = foldDays(
    Map.groupBy(own, (entry) => entry.day),
    page.part,
    cappedRules,
  )
  const empty = [...page.metrics].map(([metricId, known]) => {
    const gone = sorted.filter((day) => known.has(day)).map((day) => [day, emptySummary()] as const)
    return [metricId, new Map(gone)] as const
  })
  const wanted = new Set(sorted)
  const folded = [...ofDays].map(
    ([metricId, summaries]) => [metricId, new Map([...summaries].filter(([day]) => wanted.has(day)))] as const,
  )
  return withSummaries(new Map(empty), new Map(folded))
}

/** Summaries of one part, folded from all entries of some days. */
export function foldDays(
  entries: ReadonlyMap<LocalDay, readonly Entry[]>,
  part: string,
  cappedRules: ReadonlySet<string>,
): MetricDays {
  const folded = new Map<string, Map<LocalDay, Summary>>()
  for (const [day, ofDay] of entries) {
    const lines = ofDay.flatMap(summaryLines).filter((line) => partOf(line) === part)
    for (const [metricId, own] of Map.groupBy(lines, (line) => line.metricId)) {
      const days = folded.get(metricId) ?? new Map<LocalDay, Summary>()
      folded.set(metricId, days)
      days.set(day, foldLines(own, cappedRules))
    }
  }
  return folded
}
