import { isDeepStrictEqual } from 'node:util'
import type { Summary } from '#shared/summary.ts'
import { dailyCaps } from '../data/boardInputs.ts'
import type { Definitions } from '../data/definitions.ts'
import { foldMember, membersOf } from '../data/memberTallies.ts'
import type { Mongo } from '../data/mongo.ts'
import { pagesOfMembers, type TallyPage } from '../data/tallies.ts'
import type { Report } from './difference.ts'

/** Are the tallies what the ledger alone folds to? */
export async function auditTallies(mongo: Mongo, definitions: Definitions, report: Report): Promise<void> {
  const org = definitions.organization.id
  const cappedRules = new Set(dailyCaps(definitions).keys())
  let looked = 0
  for (const member of await membersOf(mongo, org)) {
    const { pages } = await foldMember(mongo, member, cappedRules)
    const stored = await storedPages(mongo, org, member.memberId)
    for (const id of new Set([
      ...pages.keys(),
      ...[...stored.values()].filter((page) => page.of === member.of).map((page) => page.id),
    ])) {
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
    looked += 1
    report.progress('tally', looked)
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
