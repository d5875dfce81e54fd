import type { Board } from '#shared/board.ts'
import type { Valuation } from '#shared/standing.ts'
import type { Summary } from '#shared/summary.ts'
import type { Definitions } from './definitions.ts'

/** Metrics whose tallies a board is made of. */
export function boardInputs(_definitions: Definitions, board: Board): Set<string> {
  return new Set(board.secondMetricId ? [board.metricId, board.secondMetricId] : [board.metricId])
}

/** Daily caps by points rule. */
export function dailyCaps(definitions: Definitions): Map<string, number> {
  return new Map(definitions.rules.flatMap((rule) => (rule.dailyCap === null ? [] : [[rule.id, rule.dailyCap]])))
}

/** How values come from summaries with these definitions. */
export function valuation(definitions: Definitions): Valuation {
  const metrics = new Map(definitions.metrics.map((metric) => [metric.id, metric]))
  return (metricId, folded) => {
    const source = metrics.get(metricId)?.source
    const summary = folded(metricId)
    if (!source || summary.count === 0) return null
    return source.type === 'activity' ? aggregated(source.aggregate, summary) : summary.sum
  }
}

function aggregated(aggregate: string, summary: Summary): number | null {
  return aggregate === 'count' ? summary.count : summary.sum
}
