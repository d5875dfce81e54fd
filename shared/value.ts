import type { Formula } from './formula.ts'
import { formulaOrder } from './formulaOrder.ts'
import type { Metric, MetricSource } from './metric.ts'
import type { Summary } from './summary.ts'

/** The value of a metric that activities or points feed; `null` when nothing is live. Not rounded. */
export function metricValue(source: Exclude<MetricSource, { type: 'formula' }>, summary: Summary): number | null {
  if (summary.count === 0) return null
  if (source.type === 'points') return summary.sum
  switch (source.aggregate) {
    case 'count':
      return summary.count
    case 'sum':
      return summary.sum
    case 'average':
      return summary.sum / summary.count
    case 'max':
      return summary.max
    case 'distinct':
      return Object.values(summary.keys ?? {}).filter((lines) => lines > 0).length
  }
}

/** The value of a metric from the folded summaries of its inputs; `null` when it has none. */
export type MetricValuation = (metricId: string, folded: (metricId: string) => Summary) => number | null

/** How values come from summaries with some metrics. */
export interface Values {
  value: MetricValuation
  /** Ids of the metrics whose lines a metric is made of: itself, or all that a formula reads, at any depth. */
  inputs: (metricId: string) => ReadonlySet<string>
}

/**
 * Compiles metrics to values once; keep the answer as long as the metrics. In a formula, a count, sum, points or distinct
 * metric of which nothing is live is 0; an average or maximum of nothing has no value, and then neither has the formula,
 * nor when nothing is live in any input. Formulas that do not compile or read each other in a circle have no value.
 */
export function compileValues(metrics: readonly Metric[]): Values {
  const bySlug = new Map(metrics.map((metric) => [metric.slug, metric]))
  const byId = new Map(metrics.map((metric) => [metric.id, metric]))
  const inputSets = new Map<string, ReadonlySet<string>>()
  for (const { id, source } of metrics) if (source.type !== 'formula') inputSets.set(id, new Set([id]))
  const formulas = new Map<string, Formula>()
  for (const { metric, formula } of formulaOrder(metrics).order) {
    formulas.set(metric.id, formula)
    const read = formula.uses.flatMap((slug) => [...(inputSets.get(bySlug.get(slug)?.id ?? '') ?? [])])
    inputSets.set(metric.id, new Set(read))
  }
  const valuate: MetricValuation = (metricId, folded) => {
    const worked = new Map<string, number | null>()
    const work = (metric: Metric): number | null => {
      if (metric.source.type !== 'formula') return metricValue(metric.source, folded(metric.id))
      const known = worked.get(metric.id)
      if (known !== undefined) return known
      const anyLive = [...(inputSets.get(metric.id) ?? [])].some((id) => folded(id).count > 0)
      const value = anyLive ? (formulas.get(metric.id)?.run(read) ?? null) : null
      worked.set(metric.id, value)
      return value
    }
    const read = (slug: string) => {
      const metric = bySlug.get(slug)
      return metric ? (work(metric) ?? emptyValue(metric.source)) : null
    }
    const metric = byId.get(metricId)
    return metric ? work(metric) : null
  }
  return { value: valuate, inputs: (metricId) => inputSets.get(metricId) ?? new Set() }
}

function emptyValue(source: MetricSource): number | null {
  if (source.type === 'points') return 0
  return source.type === 'activity' && source.aggregate !== 'average' && source.aggregate !== 'max' ? 0 : null
}
