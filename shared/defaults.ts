import type { Badge } from './badge.ts'
import type { Board } from './board.ts'
import { defaultBoards } from './defaultBoards.ts'
import { defaultMetrics } from './defaultMetrics.ts'
import { defaultRules } from './defaultRules.ts'
import type { Metric } from './metric.ts'
import type { OrganizationSettings } from './organization.ts'
import type { PointsRule } from './points.ts'
import type { Streak } from './streak.ts'

/** What a fresh organization starts with; all of it can be changed. */
export interface DefaultDefinitions {
  metrics: Metric[]
  rules: PointsRule[]
  boards: Board[]
  badges: Badge[]
  streaks: Streak[]
}

/**
 * The definitions of a fresh sales floor: something on every wall from the first activity on. `newId` makes an id for a
 * name (`metric.calls`, `board.points-today`); the same name always asks for the same thing.
 */
export function defaultDefinitions(
  newId: (name: string) => string,
  settings: Pick<OrganizationSettings, 'currency'>,
): DefaultDefinitions {
  const metrics = defaultMetrics(newId)
  const idOf = new Map(metrics.map((metric) => [metric.slug, metric.id]))
  const metricId = (slug: string) => idOf.get(slug) ?? ''
  return {
    metrics,
    rules: defaultRules(newId, settings.currency),
    boards: defaultBoards(newId, metricId),
    badges: [
      {
        id: newId('badge.ten-deals'),
        name: { en: 'Ten deals in a month', 'zh-CN': '月度十单' },
        icon: 'trophy',
        metricId: metricId('deals_won'),
        cycle: { every: 'month' },
        threshold: 10,
        scope: 'person',
        revocable: true,
        active: true,
      },
    ],
    streaks: [
      {
        id: newId('streak.ten-calls'),
        name: { en: 'Ten calls a day', 'zh-CN': '每日十通电话' },
        metricId: metricId('calls'),
        target: 10,
        active: true,
      },
    ],
  }
}
