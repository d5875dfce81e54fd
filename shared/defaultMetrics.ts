import type { Aggregate, Metric, MetricSource } from './metric.ts'

const ordinary = { direction: 'higher', active: true } as const

/** The metrics of a fresh organization; calls and meetings add up quantities, so that "5 calls" can be one entry. */
export function defaultMetrics(newId: (name: string) => string): Metric[] {
  const metric = (
    slug: string,
    [en, zh]: [string, string],
    source: MetricSource,
    rest: Pick<Metric, 'unit' | 'class'>,
  ): Metric => ({ id: newId(`metric.${slug}`), slug, name: { en, 'zh-CN': zh }, source, ...rest, ...ordinary })
  const count = { unit: 'count', class: 'process' } as const
  const result = { unit: 'count', class: 'result' } as const
  const money = { unit: 'money', class: 'result' } as const
  return [
    metric('points', ['Points', '得分'], { type: 'points' }, { unit: 'points', class: 'support' }),
    metric('calls', ['Calls', '电话'], of(['call.made'], 'sum', 'quantity'), count),
    metric('follow_ups', ['Follow-ups', '跟进'], of(['followup.done'], 'sum', 'quantity'), count),
    metric(
      'meetings',
      ['Meetings and visits', '会面与拜访'],
      of(['meeting.held', 'visit.made'], 'sum', 'quantity'),
      count,
    ),
    metric('proposals', ['Proposals and quotes', '方案与报价'], of(['proposal.sent', 'quote.sent'], 'count'), count),
    metric('leads', ['New leads', '新线索'], of(['lead.created'], 'count'), count),
    metric('deals_won', ['Deals won', '赢单数'], of(['deal.won'], 'count'), result),
    metric('deals_lost', ['Deals lost', '丢单数'], of(['deal.lost'], 'count'), {
      ...result,
      class: 'support',
    }),
    metric('revenue', ['Revenue won', '成交额'], of(['deal.won'], 'sum', 'valueMinor'), money),
    metric('collected', ['Payments collected', '回款额'], of(['payment.collected'], 'sum', 'valueMinor'), money),
    metric('deal_size', ['Average deal', '平均单值'], of(['deal.won'], 'average', 'valueMinor'), money),
    metric(
      'win_rate',
      ['Win rate', '赢单率'],
      { type: 'formula', expression: 'deals_won * 100 / (deals_won + deals_lost)' },
      { unit: 'percent', class: 'result' },
    ),
  ]
}

function of(kinds: string[], aggregate: Aggregate, measure: string | null = null): MetricSource {
  return { type: 'activity', selection: { kinds, filter: [] }, aggregate, measure }
}
