import type { ChangeStores } from '../data/definitionChange.ts'
import type { Route } from '../http/route.ts'
import { badgeNoun } from './badges.ts'
import { boardNoun } from './boards.ts'
import { definitionRoutes } from './definitionRoutes.ts'
import { metricNoun } from './metrics.ts'
import { organizationRoutes } from './organization.routes.ts'
import { personNoun } from './people.ts'
import { pointsRuleNoun } from './pointsRules.ts'
import { streakNoun } from './streaks.ts'
import { teamNoun } from './teams.ts'

/** What people define: metrics, points rules, boards, badges, streaks, teams, people and the organization's settings. */
export function definitionsRoutes(parts: ChangeStores): Route[] {
  return [
    ...definitionRoutes(parts, metricNoun),
    ...definitionRoutes(parts, pointsRuleNoun),
    ...definitionRoutes(parts, boardNoun),
    ...definitionRoutes(parts, badgeNoun),
    ...definitionRoutes(parts, streakNoun),
    ...definitionRoutes(parts, teamNoun),
    ...definitionRoutes(parts, personNoun(parts)),
    ...organizationRoutes(parts),
  ]
}
