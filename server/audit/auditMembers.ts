import { dailyCaps } from '../data/boardInputs.ts'
import type { Definitions } from '../data/definitions.ts'
import { type FoldedPerson, foldMember, membersOf } from '../data/memberTallies.ts'
import type { Mongo } from '../data/mongo.ts'
import { emptyPage } from '../data/tallyPage.ts'
import { auditBadges } from './auditBadges.ts'
import { auditStreaks } from './auditStreaks.ts'
import { auditTallies } from './auditTallies.ts'
import type { Report } from './difference.ts'

/** Are the tallies, badges and streaks of every member what the ledger alone folds to? */
export async function auditMembers(mongo: Mongo, definitions: Definitions, report: Report): Promise<void> {
  const org = definitions.organization.id
  const cappedRules = new Set(dailyCaps(definitions).keys())
  const recognized = await recognizedPeople(mongo, org)
  let looked = 0
  for (const member of await membersOf(mongo, org)) {
    const { pages } = await foldMember(mongo, member, cappedRules)
    await auditTallies(mongo, member, pages, report)
    looked += 1
    report.progress('tally', looked)
    if (member.of !== 'people') continue
    recognized.delete(member.memberId)
    const folded = [...pages.values()].map(({ ref, metrics }) => ({ ...emptyPage(ref), metrics }))
    await auditRecognition({ personId: member.memberId, pages: folded })
  }
  // Whoever is left has badges or streaks and never did anything.
  for (const personId of recognized) await auditRecognition({ personId, pages: [] })

  async function auditRecognition(person: FoldedPerson): Promise<void> {
    await auditBadges(mongo, definitions, person, report)
    await auditStreaks(mongo, definitions, person, report)
  }
}

async function recognizedPeople(mongo: Mongo, org: string): Promise<Set<string>> {
  const found = await Promise.all(
    [mongo.badgeGrants, mongo.streakRuns].map(({ collection }) => collection.distinct('personId', { org })),
  )
  return new Set(found.flat().map(String))
}
