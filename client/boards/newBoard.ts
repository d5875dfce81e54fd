import type { BoardInput } from '#shared/board.ts'
import type { Metric } from '#shared/metric.ts'

/** A new board, as most are: people, this week, by points. */
export function newBoard(metrics: readonly Metric[]): BoardInput {
  const metric = metrics.find((one) => one.source.type === 'points') ?? metrics[0]
  return {
    name: {},
    metricId: metric?.id ?? '',
    secondMetricId: null,
    audience: { of: 'people', teamId: null, track: null, tier: null, tenureMaxDays: null },
    cycle: { every: 'week' },
    visibility: 'everything',
    topN: 10,
    position: 100,
    active: true,
  }
}
