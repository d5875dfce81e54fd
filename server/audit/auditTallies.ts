import { isDeepStrictEqual } from 'node:util'
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
    const want = pages.get(id)?.days ?? new Map<string, Summary>()
    const have = stored.get(id)?.days ?? new Map<string, Summary>()
    for (const day of new Set([...want.keys(), ...have.keys()])) {
      const expected = plain(want.get(day))
      const found = plain(have.get(day))
      if (!isDeepStrictEqual(expected, found))
        report.difference({
          what: 'tally',
          where: `${id} on ${day}`,
          expected: JSON.stringify(expected),
          found: JSON.stringify(found),
        })
    }
  }
}

async function storedPages(mongo: Mongo, org: string, memberId: string): Promise<Map<string, TallyPage>> {
  const metricIds = await mongo.tallies.collection.distinct('metricId', { org, memberId })
  const pages = await pagesOfMembers(mongo, { org, memberIds: [memberId], metricIds, fromMonth: '', toMonth: '~' })
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
