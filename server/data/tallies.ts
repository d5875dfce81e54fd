import type { Entry } from '#shared/entry.ts'
import type { LocalDay } from '#shared/schema.ts'
import { addLine, emptySummary, foldLines, type Summary, summaryLines } from '#shared/summary.ts'
import type { CellDoc, TallyPageDoc } from './documents.ts'
import { entriesOfMember } from './ledger.ts'
import type { Mongo } from './mongo.ts'

/** A month of day summaries of one metric for one member. */
export interface TallyPage {
  id: string
  of: 'people' | 'teams'
  memberId: string
  metricId: string
  teamId: string | null
  month: string
  days: Map<LocalDay, Summary>
  version: number
  epoch: number
}

/** Which page, without its content. */
export type PageRef = Pick<TallyPage, 'id' | 'of' | 'memberId' | 'metricId' | 'teamId' | 'month'>

/** Pages that an entry's lines belong to: the person's (in the team of then) and the team's, per metric. */
export function pagesOfEntry(org: string, entry: Pick<Entry, 'personId' | 'teamId' | 'day' | 'lines'>): PageRef[] {
  const month = entry.day.slice(0, 7)
  return [...new Set(entry.lines.map((line) => line.metricId))].flatMap((metricId) => {
    const ref = (of: 'people' | 'teams', memberId: string, teamId: string | null): PageRef => ({
      id: `${org}.${memberId}.${metricId}.${teamId ?? '-'}.${month}`,
      of,
      memberId,
      metricId,
      teamId,
      month,
    })
    const own = ref('people', entry.personId, entry.teamId)
    return entry.teamId === null ? [own] : [own, ref('teams', entry.teamId, entry.teamId)]
  })
}

/** Reads pages by their ids; a page that was never written is empty, at version 0. */
export async function readPages(mongo: Mongo, refs: readonly PageRef[]): Promise<Map<string, TallyPage>> {
  const pages = new Map<string, TallyPage>()
  if (refs.length === 0) return pages
  const found = await mongo.tallies.collection
    .find({ _id: { $in: refs.map((ref) => ref.id) as never[] } }, { maxTimeMS: 10_000, batchSize: 5000 })
    .toArray()
  for (const doc of found as unknown as TallyPageDoc[]) pages.set(doc._id, pageOf(doc))
  for (const ref of refs) if (!pages.has(ref.id)) pages.set(ref.id, { ...ref, days: new Map(), version: 0, epoch: 0 })
  return pages
}

/** All pages of some members for some metrics and months [fromMonth, toMonth]. */
export async function pagesOfMembers(
  mongo: Mongo,
  {
    org,
    memberIds,
    metricIds,
    fromMonth,
    toMonth,
  }: { org: string; memberIds: string[]; metricIds: string[]; fromMonth: string; toMonth: string },
): Promise<TallyPage[]> {
  const found = await mongo.tallies.collection
    .find(
      { org, memberId: { $in: memberIds }, month: { $gte: fromMonth, $lte: toMonth }, metricId: { $in: metricIds } },
      { maxTimeMS: 10_000, batchSize: 5000 },
    )
    .toArray()
  return (found as unknown as TallyPageDoc[]).map(pageOf)
}

/** A change of a page: its days as they shall be, and whether they were folded anew from the ledger. */
export interface PageWrite {
  page: TallyPage
  days: Map<LocalDay, Summary>
  refolded: boolean
}

/**
 * Writes pages, each only if nobody else has since it was read; answers the ids of those that lost. One round trip, and
 * another one when somebody lost.
 */
export async function writePages(
  mongo: Mongo,
  org: string,
  writes: readonly PageWrite[],
  passId: string,
): Promise<Set<string>> {
  if (writes.length === 0) return new Set()
  const operations = writes.map(({ page, days, refolded }) => {
    const set: Record<string, unknown> = {
      version: page.version + 1,
      epoch: page.epoch + (refolded ? 1 : 0),
      writer: passId,
    }
    for (const [day, summary] of days) set[`days.${day.slice(8)}`] = cellOf(summary)
    const { of, memberId, metricId, teamId, month } = page
    const filter = { _id: page.id as never, version: page.version }
    return page.version === 0
      ? {
          updateOne: {
            filter,
            update: { $set: set, $setOnInsert: { org, of, memberId, metricId, teamId, month } },
            upsert: true,
          },
        }
      : { updateOne: { filter, update: { $set: set } } }
  })
  const written = await mongo.tallies.collection.bulkWrite(operations as never[], { ordered: false }).then(
    (result) => result.matchedCount + result.upsertedCount,
    (error: { code?: number }) => {
      if (error.code === 11000) return -1
      throw error
    },
  )
  if (written === writes.length) return new Set()
  const now = await mongo.tallies.collection
    .find(
      { _id: { $in: writes.map(({ page }) => page.id) as never[] } },
      { projection: { version: 1, writer: 1 }, maxTimeMS: 10_000 },
    )
    .toArray()
  const won = new Set(
    (now as unknown as TallyPageDoc[]).flatMap((doc) => {
      const write = writes.find(({ page }) => page.id === doc._id)
      return write && doc.writer === passId && doc.version === write.page.version + 1 ? doc._id : []
    }),
  )
  return new Set(writes.flatMap(({ page }) => (won.has(page.id) ? [] : page.id)))
}

/** A page's day with new original lines added. */
export function addedDay(
  page: TallyPage,
  day: LocalDay,
  entries: readonly Entry[],
  cappedRules: ReadonlySet<string>,
): Summary {
  const before = page.days.get(day)
  const summary: Summary = before ? structuredClone(before) : emptySummary()
  for (const entry of entries)
    for (const line of summaryLines(entry)) if (line.metricId === page.metricId) addLine(summary, line, cappedRules)
  return summary
}

/** Days of a page folded anew from the ledger: right whatever was added, lost or doubled before. */
export async function refoldedDays(
  mongo: Mongo,
  {
    org,
    page,
    days,
    cappedRules,
  }: { org: string; page: PageRef; days: readonly LocalDay[]; cappedRules: ReadonlySet<string> },
): Promise<Map<LocalDay, Summary>> {
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
  return new Map(
    sorted.map((day) => {
      const lines = entries
        .filter((entry) => entry.day === day && (page.of === 'teams' || entry.teamId === page.teamId))
        .flatMap(summaryLines)
        .filter((line) => line.metricId === page.metricId)
      return [day, foldLines(lines, cappedRules)]
    }),
  )
}

/** The page that a stored document holds. */
export function pageOf(doc: TallyPageDoc): TallyPage {
  const { _id, of, memberId, metricId, teamId, month, version, epoch } = doc
  const days = new Map(Object.entries(doc.days ?? {}).map(([day, cell]) => [`${month}-${day}`, summaryOf(cell)]))
  return { id: _id, of, memberId, metricId, teamId, month, days, version, epoch }
}

function summaryOf({ n, c, s, m, t, k, r }: CellDoc): Summary {
  const summary: Summary = { entries: n, count: c, sum: s, max: m, lastAtMs: t }
  if (k) summary.keys = Object.assign(Object.create(null), Object.fromEntries(k.map((one) => [one.k, one.n])))
  if (r) summary.byRule = r
  return summary
}

function cellOf({ entries, count, sum, max, lastAtMs, keys, byRule }: Summary): CellDoc {
  const cell: CellDoc = { n: entries, c: count, s: sum, m: max, t: lastAtMs }
  if (keys) cell.k = Object.entries(keys).map(([k, n]) => ({ k, n }))
  if (byRule) cell.r = { ...byRule }
  return cell
}
