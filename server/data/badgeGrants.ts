import { badgeChange, type DefinedBadge, grantId } from '#shared/badge.ts'
import { type Period, periodOf } from '#shared/period.ts'
import type { LocalDay } from '#shared/schema.ts'
import type { MeasuredStanding } from '#shared/standing.ts'
import type { Definitions } from './definitions.ts'
import type { BadgeGrantDoc } from './gameDocuments.ts'
import { insertNew } from './insertNew.ts'
import type { Mongo } from './mongo.ts'
import { measurePerson } from './personPeriod.ts'
import { pagesOfMembers } from './tallies.ts'
import { partsOf, type TallyPage } from './tallyPage.ts'

const maxRounds = 10
const idsPerRead = 1000

/** A badge that a person may have, or have no more, for a period. */
export interface GrantCase {
  id: string
  badge: DefinedBadge
  personId: string
  period: Period
}

/** The cases that a person's days are about. */
export function grantCases(
  definitions: Definitions,
  badge: DefinedBadge,
  personId: string,
  days: Iterable<LocalDay>,
): GrantCase[] {
  const cases = new Map<string, GrantCase>()
  for (const day of days) {
    const period = periodOf(day, badge.cycle, definitions.organization)
    if (!period) continue
    const id = grantId(badge.id, personId, period.key)
    cases.set(id, { id, badge, personId, period })
  }
  return [...cases.values()]
}

/** What a person's value is in a case, from all of the person's pages. */
export function measureCase(
  definitions: Definitions,
  { badge, personId, period }: GrantCase,
  pages: readonly TallyPage[],
): MeasuredStanding {
  return measurePerson(definitions, { personId, metricId: badge.metricId, pages, period })
}

/**
 * Grants, takes back and restores what the tallies say. A grant is its id, so it is made once; a decision from fewer
 * ledger lines never takes the place of one from more. What was just granted, taken back or restored is looked at again: a
 * correction that came between reading and writing found nothing yet to do. Tallies read since `sinceMs` will do at first. Answers the
 * grants that the floor has not been told of.
 */
export async function settleGrants(
  mongo: Mongo,
  definitions: Definitions,
  cases: readonly GrantCase[],
  nowMs: number,
  sinceMs?: number,
): Promise<BadgeGrantDoc[]> {
  const untold = new Map<string, BadgeGrantDoc>()
  let open = cases
  for (let round = 0; open.length > 0; round++) {
    if (round >= maxRounds) throw new Error('Badges keep changing while they are granted')
    const grants = await grantsById(mongo, open)
    const pages = await pagesOfCases(mongo, definitions, open, round === 0 ? sinceMs : undefined)
    const made: GrantCase[] = []
    const docs: BadgeGrantDoc[] = []
    const updates: object[] = []
    for (const one of open) {
      const grant = grants.get(one.id) ?? null
      if (grant?.declined) continue
      const measured = measureCase(definitions, one, pages.get(one.personId) ?? [])
      const { direction = 'higher' } = definitions.metrics.find((metric) => metric.id === one.badge.metricId) ?? {}
      const known = grant && { revokedAtMs: grant.revokedAt?.getTime() ?? null }
      const change = badgeChange(one.badge, measured.value, known, direction)
      if (change === 'grant') {
        made.push(one)
        docs.push(grantDoc(definitions.organization.id, one, { measured, nowMs }))
      } else if (grant && change && grant.entries <= measured.entries) {
        made.push(one)
        updates.push({
          updateOne: {
            filter: { _id: one.id, entries: { $lte: measured.entries } },
            update: { $set: { revokedAt: change === 'revoke' ? new Date(nowMs) : null, entries: measured.entries } },
          },
        })
      }
      if (grant && !grant.told && (change === null ? grant.revokedAt === null : change === 'restore'))
        untold.set(grant._id, grant)
      else if (grant) untold.delete(grant._id)
    }
    await insertGrants(mongo, docs)
    if (updates.length > 0) await mongo.badgeGrants.collection.bulkWrite(updates as never[], { ordered: false })
    open = made
  }
  return [...untold.values()]
}

/** Stores grants; those that are there stay as they are. */
export async function insertGrants(mongo: Mongo, docs: readonly BadgeGrantDoc[]): Promise<void> {
  if (docs.length === 0) return
  await insertNew(() => mongo.badgeGrants.collection.insertMany([...docs] as never[], { ordered: false }))
}

/** A grant as it is stored. `declined`: it was earned before the badge, and shall not count; `told`: nobody shall hear of it. */
export function grantDoc(
  org: string,
  { id, badge, personId, period }: GrantCase,
  {
    measured,
    nowMs,
    declined = false,
    told = false,
  }: { measured: MeasuredStanding; nowMs: number; declined?: boolean; told?: boolean },
): BadgeGrantDoc {
  return {
    _id: id,
    org,
    badgeId: badge.id,
    personId,
    periodKey: period.key,
    at: new Date(measured.lastAtMs),
    grantedAt: new Date(nowMs),
    revokedAt: null,
    declined,
    told,
    entries: measured.entries,
  }
}

/** Remembers that the floor was told. */
export async function markTold(mongo: Mongo, ids: string[]): Promise<void> {
  if (ids.length > 0) await mongo.badgeGrants.updateMany({ _id: { $in: ids } }, { $set: { told: true } })
}

async function grantsById(mongo: Mongo, cases: readonly GrantCase[]): Promise<Map<string, BadgeGrantDoc>> {
  const found = new Map<string, BadgeGrantDoc>()
  for (let at = 0; at < cases.length; at += idsPerRead) {
    const ids = cases.slice(at, at + idsPerRead).map(({ id }) => id)
    for (const doc of await mongo.badgeGrants.find({ _id: { $in: ids } }).lean()) found.set(doc._id, doc)
  }
  return found
}

async function pagesOfCases(
  mongo: Mongo,
  definitions: Definitions,
  cases: readonly GrantCase[],
  sinceMs: number | undefined,
): Promise<Map<string, TallyPage[]>> {
  const months = cases.map(({ period }) => [period.fromDay?.slice(0, 7) ?? '', period.toDay?.slice(0, 7) ?? '~'])
  const range = {
    org: definitions.organization.id,
    memberIds: [...new Set(cases.map(({ personId }) => personId))],
    parts: partsOf(new Set(cases.flatMap(({ badge }) => [...definitions.values.inputs(badge.metricId)]))),
    fromMonth: months.map(([from = '']) => from).sort()[0] ?? '',
    toMonth:
      months
        .map(([, to = '~']) => to)
        .sort()
        .at(-1) ?? '~',
  }
  const pages = await pagesOfMembers(mongo, range, sinceMs)
  return Map.groupBy(
    pages.filter((page) => page.of === 'people'),
    (page) => page.memberId,
  )
}
