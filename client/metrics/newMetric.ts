import type { MetricInput } from '#shared/metric.ts'

/** A new metric, as most are: a count of one kind of activity. */
export function newMetric(): MetricInput {
  return {
    name: {},
    slug: '',
    source: { type: 'activity', selection: { kinds: ['call.made'], filter: [] }, aggregate: 'count', measure: null },
    unit: 'count',
    direction: 'higher',
    class: 'process',
    active: true,
  }
}
