import type { Badge } from '#shared/badge.ts'
import type { Board } from '#shared/board.ts'
import { defaultDefinitions } from '#shared/defaults.ts'
import type { Metric } from '#shared/metric.ts'
import type { OrganizationSettings } from '#shared/organization.ts'
import type { PointsRule } from '#shared/points.ts'
import type { Streak } from '#shared/streak.ts'
import type { Team } from '#shared/team.ts'

/** The definitions of a fresh organization under ids of its own, and the company as the root of its teams. */
export function newDefaults(
  organization: OrganizationSettings,
  newId: () => string,
): { teams: Team[]; metrics: Metric[]; rules: PointsRule[]; boards: Board[]; badges: Badge[]; streaks: Streak[] } {
  const ids = new Map<string, string>()
  const idOf = (name: string) => {
    const id = ids.get(name) ?? newId()
    ids.set(name, id)
    return id
  }
  const { metrics, rules, boards, badges, streaks } = defaultDefinitions(idOf, organization)
  const company: Team = {
    id: newId(),
    name: organization.name.slice(0, 80),
    level: 'company',
    parentId: null,
    color: 1,
  }
  return { teams: [company], metrics, rules, boards, badges, streaks }
}
