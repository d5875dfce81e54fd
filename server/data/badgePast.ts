import { badgeHeld, type DefinedBadge } from '#shared/badge.ts'
import { dayOfPeriodKey } from '#shared/period.ts'
import type { MeasuredStanding } from '#shared/standing.ts'
import { type GrantCase, grantCases, measureCase } from './badgeGrants.ts'
import type { Definitions } from './definitions.ts'
import type { TallyPageDoc } from './documents.ts'
import type { BadgeGrantDoc } from './gameDocuments.ts'
import type { Mongo } from './mongo.ts'
import { daysOf, onlyMetrics, pageOf, partsOf, type TallyPage } from './tallyPage.ts'

/** Has every badge of an organization looked at once more by the workers; counts from the next version of its definitions. */
export async function reviewBadges(mongo: Mongo, org: string): Promise<void> {
  const settled = { org, active: true, past: { $in: [null, 'settle'] } }
  await mongo.badges.collection.updateMany(settled, { $set: { past: 'quiet' } })
}

/** A case in which the badge is earned, with by what. */
export interface EarnedCase {
  one: GrantCase
  measured: MeasuredStanding
}

/** Everything that a badge's rule says of all that is known, person by person. */
export async function* earnedCases(
  mongo: Mongo,
  definitions: Definitions,
  badge: DefinedBadge,
): AsyncGenerator<EarnedCase[]> {
  const { direction = 'higher' } = definitions.metrics.find((metric) => metric.id === badge.metricId) ?? {}
  const inputs = [...definitions.values.inputs(badge.metricId)]
  for await (const pages of pagesByPerson(mongo, definitions.organization.id, inputs)) {
    const days = new Set(pages.flatMap((page) => daysOf(page, inputs)))
    const earned = grantCases(definitions, badge, pages[0]?.memberId ?? '', days)
      .map((one) => ({ one, measured: measureCase(definitions, one, pages) }))
      .filter(({ measured }) => badgeHeld(badge, measured.value, direction))
    if (earned.length > 0) yield earned
  }
}

/** The cases of all grants of a badge, some at a time. */
export async function* grantedCases(
  mongo: Mongo,
  definitions: Definitions,
  badge: DefinedBadge,
): AsyncGenerator<GrantCase[]> {
  const cursor = mongo.badgeGrants.collection.find(
    { org: definitions.organization.id, badgeId: badge.id },
    { projection: { personId: 1, periodKey: 1 }, maxTimeMS: 60_000, batchSize: 1000 },
  )
  let open: GrantCase[] = []
  for await (const doc of cursor as unknown as AsyncIterable<BadgeGrantDoc>) {
    const day = dayOfPeriodKey(doc.periodKey, badge.cycle, definitions.organization)
    if (day !== null) open.push(...grantCases(definitions, badge, doc.personId, [day]))
    if (open.length < 500) continue
    yield open
    open = []
  }
  if (open.length > 0) yield open
}

async function* pagesByPerson(mongo: Mongo, org: string, metricIds: readonly string[]): AsyncGenerator<TallyPage[]> {
  const cursor = mongo.tallies.collection
    .find(
      { org, of: 'people', part: { $in: partsOf(metricIds) } },
      { projection: onlyMetrics(metricIds), maxTimeMS: 60_000, batchSize: 1000 },
    )
    .sort({ memberId: 1 })
  let open: TallyPage[] = []
  for await (const doc of cursor) {
    const page = pageOf(doc as unknown as TallyPageDoc)
    if (open.length > 0 && open[0]?.memberId !== page.memberId) {
      yield open
      open = []
    }
    open.push(page)
  }
  if (open.length > 0) yield open
}
