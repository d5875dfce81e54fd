import type { Board } from './board.ts'
import type { Cycle } from './period.ts'

const everyone = { of: 'people', teamId: null, track: null, tier: null, tenureMaxDays: null } as const

/** The boards of a fresh organization: today for the wall, the week for effort, month and quarter for results, all time. */
export function defaultBoards(newId: (name: string) => string, metricId: (slug: string) => string): Board[] {
  const board = (
    name: string,
    [en, zh]: [string, string],
    [metric, second]: [string, string],
    cycle: Cycle,
    position: number,
  ): Board => ({
    id: newId(`board.${name}`),
    name: { en, 'zh-CN': zh },
    metricId: metricId(metric),
    secondMetricId: metricId(second),
    audience: everyone,
    cycle,
    visibility: 'everything',
    topN: 10,
    position,
    active: true,
  })
  return [
    board('points-today', ['Points today', '今日得分'], ['points', 'deals_won'], { every: 'day' }, 0),
    board('revenue-month', ['Revenue this month', '本月成交额'], ['revenue', 'deals_won'], { every: 'month' }, 10),
    {
      ...board(
        'teams-month',
        ['Teams by revenue this month', '本月团队成交额'],
        ['revenue', 'deals_won'],
        { every: 'month' },
        20,
      ),
      audience: { of: 'teams', level: 'team' },
    },
    board('meetings-week', ['Meetings this week', '本周会面'], ['meetings', 'proposals'], { every: 'week' }, 30),
    board('deals-quarter', ['Deals this quarter', '本季赢单数'], ['deals_won', 'revenue'], { every: 'quarter' }, 40),
    board('revenue-ever', ['Revenue of all time', '历史成交额'], ['revenue', 'deals_won'], { every: 'all' }, 50),
  ]
}
