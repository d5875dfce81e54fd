import type { Entry, Line } from '#shared/entry.ts'
import type { LocalDay } from '#shared/schema.ts'
import type { MetricDays } from '#shared/standing.ts'
import type { Summary } from '#shared/summary.ts'
import type { CellDoc, TallyPageDoc } from './documents.ts'

/** A month of a member's day summaries: those of one part of the metrics. */
export interface TallyPage {
  id: string
  of: 'people' | 'teams'
  memberId: string
  /** '' for most metrics; the id of one that tells keys apart, which grows large and has pages of its own. */
  part: string
  teamId: string | null
  month: string
  metrics: MetricDays
  version: number
  /** The pass that wrote it, '' for one that nobody has written. */
  writer: string
}

/** Which page, without its content. */
export type PageRef = Pick<TallyPage, 'id' | 'of' | 'memberId' | 'part' | 'teamId' | 'month'>

/** The part that a ledger line belongs to. */
export function partOf({ metricId, key }: Pick<Line, 'metricId' | 'key'>): string {
  return key === null ? '' : metricId
}

/** Every part that may hold something of some metrics. */
export function partsOf(metricIds: Iterable<string>): string[] {
  return ['', ...metricIds]
}

/** A projection of stored pages to some metrics. */
export function onlyMetrics(metricIds: readonly string[]): Record<string, 1> {
  const whole = ['of', 'memberId', 'part', 'teamId', 'month', 'version', 'writer']
  return Object.fromEntries([...whole, ...metricIds.map((id) => `metrics.${id}`)].map((path) => [path, 1]))
}

/** Pages that an entry's lines belong to: the person's (in the team of then) and the team's. */
export function pagesOfEntry(org: string, entry: Pick<Entry, 'personId' | 'teamId' | 'day' | 'lines'>): PageRef[] {
  const { personId, teamId } = entry
  const month = entry.day.slice(0, 7)
  return [...new Set(entry.lines.map(partOf))].flatMap((part) => {
    const ref = (of: 'people' | 'teams', memberId: string): PageRef => ({
      id: [org, memberId, teamId ?? '-', month, ...(part ? [part] : [])].join('.'),
      of,
      memberId,
      part,
      teamId,
      month,
    })
    return teamId === null ? [ref('people', personId)] : [ref('people', personId), ref('teams', teamId)]
  })
}

/** A page that was never written. */
export function emptyPage(ref: PageRef): TallyPage {
  return { ...ref, metrics: new Map(), version: 0, writer: '' }
}

/** Summaries with some of them replaced by others. */
export function withSummaries(metrics: MetricDays, changed: MetricDays): MetricDays {
  const all = new Map(metrics)
  for (const [metricId, days] of changed) all.set(metricId, new Map([...(metrics.get(metricId) ?? []), ...days]))
  return all
}

/** The days of a page on which some metrics have something. */
export function daysOf({ metrics }: Pick<TallyPage, 'metrics'>, metricIds: Iterable<string>): LocalDay[] {
  return [...metricIds].flatMap((metricId) => [...(metrics.get(metricId)?.keys() ?? [])])
}

/** The page that a stored document holds. */
export function pageOf(doc: TallyPageDoc): TallyPage {
  const { _id, org: _org, metrics, ...rest } = doc
  const days = (cells: Record<string, CellDoc>) =>
    new Map(Object.entries(cells).map(([day, cell]) => [`${doc.month}-${day}`, summaryOf(cell)]))
  return {
    id: _id,
    ...rest,
    metrics: new Map(Object.entries(metrics ?? {}).map(([metricId, cells]) => [metricId, days(cells)])),
  }
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
