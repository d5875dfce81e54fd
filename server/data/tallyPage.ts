import type { Entry } from '#shared/entry.ts'
import type { LocalDay } from '#shared/schema.ts'
import type { Summary } from '#shared/summary.ts'
import type { CellDoc, TallyPageDoc } from './documents.ts'

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
  /** The pass that wrote it, '' for one that nobody has written. */
  writer: string
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

/** The page that a stored document holds. */
export function pageOf(doc: TallyPageDoc): TallyPage {
  const { _id, of, memberId, metricId, teamId, month, version, epoch, writer } = doc
  const days = new Map(Object.entries(doc.days ?? {}).map(([day, cell]) => [`${month}-${day}`, summaryOf(cell)]))
  return { id: _id, of, memberId, metricId, teamId, month, days, version, epoch, writer }
}

function summaryOf({ n, c, s, m, t, k, r }: CellDoc): Summary {
  const summary: Summary = { entries: n, count: c, sum: s, max: m, lastAtMs: t }
  if (k) summary.keys = Object.assign(Object.create(null), Object.fromEntries(k.map((one) => [one.k, one.n])))
  if (r) summary.byRule = r
  return summary
}

/** A day's summary as it is stored. */
export function cellOf({ entries, count, sum, max, lastAtMs, keys, byRule }: Summary): CellDoc {
  const cell: CellDoc = { n: entries, c: count, s: sum, m: max, t: lastAtMs }
  if (keys) cell.k = Object.entries(keys).map(([k, n]) => ({ k, n }))
  if (byRule) cell.r = { ...byRule }
  return cell
}
