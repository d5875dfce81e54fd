import { badgeChange, badgeHeld, grantId } from '#shared/badge.ts'
import { dayOfPeriodKey } from '#shared/period.ts'
import { type GrantCase, grantCases, measureCase } from '../data/badgeGrants.ts'
import type { Definitions } from '../data/definitions.ts'
import type { BadgeGrantDoc } from '../data/gameDocuments.ts'
import type { FoldedPerson } from '../data/memberTallies.ts'
import type { Mongo } from '../data/mongo.ts'
import { daysOf } from '../data/tallyPage.ts'
import type { Report } from './difference.ts'

/**
 * Are a person's badges what the rules say of what the ledger alone folds to? A badge that is inactive, or whose past is
 * still being decided, says nothing; a declined grant stands, and so does a grant for a period that the badge no longer
 * has, made before its cycle was changed. A badge that is never taken back may have been deserved before a correction, so a
 * grant of such is wrong only where nothing was ever counted, cancelled entries included.
 */
export async function auditBadges(
  mongo: Mongo,
  definitions: Definitions,
  { personId, pages }: FoldedPerson,
  report: Report,
): Promise<void> {
  const grants = await mongo.badgeGrants.find({ org: definitions.organization.id, personId }).lean()
  for (const grant of grants) {
    const id = grantId(grant.badgeId, personId, grant.periodKey)
    if (grant._id !== id) tell(grant._id, `the id ${id}`, 'another one')
  }
  const grantsById = new Map(grants.map((grant) => [grant._id, grant]))
  for (const badge of definitions.badges) {
    if (!badge.active || badge.past !== null) continue
    const inputs = [...definitions.values.inputs(badge.metricId)]
    const counted = pages.flatMap((page) => daysOf(page, inputs))
    const granted = grants
      .filter((grant) => grant.badgeId === badge.id)
      .flatMap(({ periodKey }) => dayOfPeriodKey(periodKey, badge.cycle, definitions.organization) ?? [])
    for (const one of grantCases(definitions, badge, personId, [...counted, ...granted]))
      auditCase(one, grantsById.get(one.id) ?? null)
  }

  function auditCase(one: GrantCase, grant: BadgeGrantDoc | null): void {
    if (grant?.declined) return
    const { badge } = one
    const { value, entries } = measureCase(definitions, one, pages)
    const { direction = 'higher' } = definitions.metrics.find((metric) => metric.id === badge.metricId) ?? {}
    const change = badgeChange(badge, value, grant && { revokedAtMs: grant.revokedAt?.getTime() ?? null }, direction)
    const reached = `${value ?? 'nothing'} of ${badge.threshold}`
    if (change === 'grant' || change === 'restore')
      tell(one.id, `granted, with ${reached}`, change === 'grant' ? 'missing' : 'taken back')
    const neverEarned = grant?.revokedAt === null && entries === 0 && !badgeHeld(badge, value, direction)
    if (change === 'revoke' || (change === null && neverEarned)) tell(one.id, `not granted, with ${reached}`, 'granted')
  }

  function tell(id: string, expected: string, found: string): void {
    report.difference({ what: 'badge', where: `grant ${id}`, expected, found })
  }
}
