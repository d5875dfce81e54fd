import { type DefinedBadge, grantId } from '#shared/badge.ts'
import { workingDays } from '#shared/calendar.ts'
import type { BadgeProgress } from '#shared/contract/myDay.ts'
import type { Recognition, StreakStanding } from '#shared/contract/recognition.ts'
import type { Metric } from '#shared/metric.ts'
import { localDay, periodOf } from '#shared/period.ts'
import type { Person } from '#shared/person.ts'
import { type Streak, streakAt } from '#shared/streak.ts'
import type { Definitions } from './definitions.ts'
import type { BadgeGrantDoc } from './gameDocuments.ts'
import type { Mongo } from './mongo.ts'
import { measurePerson, personDays } from './personPeriod.ts'
import { pagesOfMembers } from './tallies.ts'
import { partsOf, type TallyPage } from './tallyPage.ts'

const mostShown = 50

/** All that is worked out for one person. */
interface Facts {
  definitions: Definitions
  person: Person
  pages: TallyPage[]
  grants: BadgeGrantDoc[]
  today: string
}

/**
 * A person's badges and streaks as of an instant. Streaks are worked out from the days here and now, so they are right at
 * midnight too, when nothing has happened.
 */
export async function recognitionOf(
  mongo: Mongo,
  definitions: Definitions,
  { person, nowMs }: { person: Person; nowMs: number },
): Promise<Recognition> {
  const org = definitions.organization.id
  const badges = definitions.badges.filter((badge) => badge.active).slice(0, mostShown)
  const streaks = definitions.streaks.filter((streak) => streak.active).slice(0, mostShown)
  const metricIds = new Set([...badges, ...streaks].flatMap((one) => [...definitions.values.inputs(one.metricId)]))
  const today = localDay(nowMs, definitions.organization.zone)
  const current = badges.flatMap((badge) => currentGrantId(definitions, badge, person, today) ?? [])
  const [pages, grants, newest] = await Promise.all([
    pagesOfMembers(mongo, { org, memberIds: [person.id], parts: partsOf(metricIds), fromMonth: '', toMonth: '~' }),
    mongo.badgeGrants.find({ _id: { $in: current } }).lean(),
    mongo.badgeGrants
      .find({ org, personId: person.id, revokedAt: null, declined: false })
      .sort({ at: -1 })
      .limit(mostShown)
      .lean(),
  ])
  const facts: Facts = { definitions, person, pages: pages.filter((page) => page.of === 'people'), grants, today }
  return {
    badges: badges.flatMap((badge) => badgeProgress(facts, badge) ?? []),
    granted: newest.flatMap(({ badgeId, periodKey, at }) => {
      const badge = definitions.badges.find((one) => one.id === badgeId)
      return badge ? [{ badgeId, name: badge.name, icon: badge.icon, periodKey, atMs: at.getTime() }] : []
    }),
    streaks: streaks.flatMap((streak) => streakStanding(facts, streak) ?? []),
  }
}

function currentGrantId(definitions: Definitions, badge: DefinedBadge, person: Person, today: string): string | null {
  const period = periodOf(today, badge.cycle, definitions.organization)
  return period && grantId(badge.id, person.id, period.key)
}

function badgeProgress(
  { definitions, person, pages, grants, today }: Facts,
  badge: DefinedBadge,
): BadgeProgress | null {
  const metric = metricOf(definitions, badge.metricId)
  const period = periodOf(today, badge.cycle, definitions.organization)
  if (!metric || !period) return null
  const { value } = measurePerson(definitions, { personId: person.id, metricId: badge.metricId, pages, period })
  const id = grantId(badge.id, person.id, period.key)
  const grant = grants.find((one) => one._id === id && one.revokedAt === null && !one.declined)
  return {
    badgeId: badge.id,
    name: badge.name,
    icon: badge.icon,
    unit: metric.unit,
    value: value ?? 0,
    target: badge.threshold,
    grantedAtMs: grant ? grant.at.getTime() : null,
  }
}

function streakStanding({ definitions, person, pages, today }: Facts, streak: Streak): StreakStanding | null {
  const metric = metricOf(definitions, streak.metricId)
  if (!metric) return null
  const { calendar } = definitions.organization
  const { values } = personDays(definitions, { metricId: streak.metricId, pages })
  const { leaveDays } = person
  const { direction } = metric
  const state = streakAt(streak.target, { dayValues: values, calendar, leaveDays, today, direction })
  return {
    streakId: streak.id,
    name: streak.name,
    unit: metric.unit,
    days: state.current,
    value: values.get(today) ?? 0,
    target: streak.target,
    workingDay: workingDays(calendar, leaveDays)(today),
    best: state.best,
    atRisk: state.atRisk,
  }
}

function metricOf({ metrics }: Definitions, id: string): Metric | undefined {
  return metrics.find((metric) => metric.id === id)
}
