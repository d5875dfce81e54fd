import { isDeepStrictEqual } from 'node:util'
import type { MetricDays } from '#shared/standing.ts'
import type { Summary } from '#shared/summary.ts'
import type { FoldedPage, MemberRef } from '../data/memberTallies.ts'
import type { Mongo } from '../data/mongo.ts'
import { pagesOfMembers } from '../data/tallies.ts'
import type { TallyPage } from '../data/tallyPage.ts'
import type { Report } from './difference.ts'

/** Are the stored tallies of a member what the ledger alone folds to? */
export async function auditTallies(
  mongo: Mongo,
  { org, of, memberId }: MemberRef,
  pages: ReadonlyMap<string, FoldedPage>,
  report: Report,
): Promise<void> {
  const stored = await storedPages(mongo, org, memberId)
  const ids = [...stored.values()].filter((page) => page.of === of).map((page) => page.id)
  for (const id of new Set([...pages.keys(), ...ids])) {
    const want = cells(pages.get(id)?.metrics)
    const have = cells(stored.get(id)?.metrics)
    for (const where of new Set([...want.keys(), ...have.keys()])) {
      const expected = plain(want.get(where))
      const found = plain(have.get(where))
      if (!isDeepStrictEqual(expected, found))
        report.difference({
          what: 'tally',
          where: `${id}, ${where}`,
          expected: JSON.stringify(expected),
          found: JSON.stringify(found),
        })
    }
  }
}

/** Summaries by metric and day. */
function cells(metrics: MetricDays = new Map()): Map<string, Summary> {
  return new Map(
    [...metrics].flatMap(([metricId, days]) => [...days].map(([day, summary]) => [`${metricId} on ${day}`, summary])),
  )
}

async function storedPages(mongo: Mongo, org: string, memberId: string): Promise<Map<string, TallyPage>> {
  const parts = await mongo.tallies.collection.distinct('part', { org, memberId })
  const pages = await pagesOfMembers(mongo, { org, memberIds: [memberId], parts, fromMonth: '', toMonth: '~' })
  return new Map(pages.map((page) => [page.id, page]))
}

/** A day without lines is as good as none, and counts that came down to nothing are not there. */
function plain(summary: Summary | undefined): unknown {
  if (!summary || summary.entries === 0) return null
  return {
    ...summary,
    keys: summary.keys ? { ...summary.keys } : undefined,
    byRule: summary.byRule ? { ...summary.byRule } : undefined,
  }
}
