import type { NewOrganization } from '#server/data/newOrganization.ts'
import type { BoardInput } from '#shared/board.ts'
import type { Metric } from '#shared/metric.ts'
import type { OrganizationSettings } from '#shared/organization.ts'
import type { Person } from '#shared/person.ts'
import type { PointsRule } from '#shared/points.ts'
import type { Team } from '#shared/team.ts'
import { metricOver, pointsMetric, revenueMetric } from './metric.ts'

/** A floor in Berlin that counts in euros. */
export const floorSettings: OrganizationSettings = {
  name: 'North Wind',
  zone: 'Europe/Berlin',
  locale: 'en',
  currency: 'EUR',
  weekStart: 1,
  fiscalYearStartMonth: 1,
  fiscalCalendar: 'months',
  calendar: { workingWeekdays: [1, 2, 3, 4, 5], exceptions: [] },
}

/**
 * A small floor whose ids are words: company > north (red, blue) and south (green); ana and ari in red, bo in blue, cai
 * in green; calls earn 1 point, won deals 10; three boards. A `prefix` makes the ids of another organization differ.
 */
export function smallFloor(org: string, prefix = ''): NewOrganization & { people: Person[] } {
  const p = (id: string) => prefix + id
  const team = (id: string, level: Team['level'], parent: string | null, color: number): Team => ({
    id: p(id),
    name: `${prefix}${id[0]?.toUpperCase()}${id.slice(1)}`,
    level,
    parentId: parent === null ? null : p(parent),
    color,
  })
  const metric = (one: Metric): Metric => ({ ...one, id: p(one.id) })
  const rule = (id: string, kind: string, points: number): PointsRule => ({
    id: p(id),
    name: { en: id },
    selection: { kinds: [kind], filter: [] },
    award: { type: 'fixed', points },
    weights: null,
    dailyCap: null,
    active: true,
  })
  const board = (id: string, metricId: string, position: number, more: Partial<BoardInput> = {}) => ({
    ...floorBoard(p(metricId)),
    id: p(id),
    name: { en: id },
    position,
    ...more,
  })
  return {
    org,
    settings: floorSettings,
    teams: [
      team('company', 'company', null, 1),
      team('north', 'region', 'company', 2),
      team('south', 'region', 'company', 3),
      team('red', 'team', 'north', 4),
      team('blue', 'team', 'north', 5),
      team('green', 'team', 'south', 6),
    ],
    people: [
      floorPerson(p('ana'), p('red'), prefix),
      floorPerson(p('ari'), p('red'), prefix),
      floorPerson(p('bo'), p('blue'), prefix),
      floorPerson(p('cai'), p('green'), prefix),
    ],
    metrics: [metric(pointsMetric), metric(metricOver('calls', 'call.made', 'count')), metric(revenueMetric)],
    rules: [rule('call-points', 'call.made', 1), rule('deal-points', 'deal.won', 10)],
    boards: [
      board('points-today', 'points', 0),
      board('won-this-month', 'revenue', 1, { cycle: { every: 'month' } }),
      board('teams-today', 'points', 2, { audience: { of: 'teams', level: 'team' } }),
    ],
  }
}

/** A board of people for today over a metric. */
export function floorBoard(metricId: string): BoardInput {
  return {
    name: { en: 'A board' },
    metricId,
    secondMetricId: null,
    audience: { of: 'people', teamId: null, track: null, tier: null, tenureMaxDays: null },
    cycle: { every: 'day' },
    visibility: 'everything',
    topN: 10,
    position: 0,
    active: true,
  }
}

/** Somebody who has always been in a team. */
export function floorPerson(id: string, teamId: string, prefix = ''): Person {
  const name = id.slice(prefix.length)
  return {
    id,
    name: `${prefix}${name[0]?.toUpperCase()}${name.slice(1)}`,
    email: `${id}@floor.example`,
    memberships: [{ teamId, fromMs: null, toMs: null }],
    identities: [],
    track: null,
    tier: null,
    hiredOn: null,
    leaveDays: [],
    locale: null,
    active: true,
  }
}
