import type { Aggregate, Metric } from '#shared/metric.ts'

/** A metric over one kind of activity. */
export function metricOver(id: string, kind: string, aggregate: Aggregate, measure: string | null = null): Metric {
  return {
    id,
    name: { en: id },
    slug: id,
    source: { type: 'activity', selection: { kinds: [kind], filter: [] }, aggregate, measure },
    unit: measure === 'valueMinor' ? 'money' : 'count',
    direction: 'higher',
    class: 'result',
    active: true,
  }
}

/** Money of won deals. */
export const revenueMetric: Metric = metricOver('revenue', 'deal.won', 'sum', 'valueMinor')

/** What the points rules feed. */
export const pointsMetric: Metric = {
  ...metricOver('points', 'deal.won', 'sum'),
  source: { type: 'points' },
  unit: 'points',
}
