import { compileFormula, type Formula } from './formula.ts'
import type { FormulaError } from './formulaProblem.ts'
import type { Metric } from './metric.ts'

/** What is wrong with a formula metric; `range` marks characters of its expression, `null` when it is about the whole. */
export interface FormulaMetricProblem {
  metricId: string
  code: FormulaError['code'] | 'formula.cycle'
  message: string
  range: { start: number; end: number } | null
}

/** A formula metric with its compiled formula. */
export interface CompiledMetric {
  metric: Metric
  formula: Formula
}

/**
 * Compiles the formula metrics over the slugs of all metrics. `order` has those that can be worked out, each after those
 * that it reads; `problems` the others: formulas that do not compile, read each other in a circle, or read such a one.
 */
export function formulaOrder(metrics: readonly Metric[]): {
  order: CompiledMetric[]
  problems: FormulaMetricProblem[]
} {
  const slugs = metrics.map((metric) => metric.slug)
  const waiting = new Map<string, CompiledMetric>()
  const order: CompiledMetric[] = []
  const problems: FormulaMetricProblem[] = []
  const broken = new Set<string>()
  for (const metric of metrics) {
    if (metric.source.type !== 'formula') continue
    const formula = compileFormula(metric.source.expression, slugs)
    if (formula.ok) waiting.set(metric.slug, { metric, formula })
    else {
      broken.add(metric.slug)
      problems.push({ metricId: metric.id, code: formula.code, message: formula.message, range: formula.range })
    }
  }
  for (;;) {
    const ready = [...waiting.values()].filter(
      ({ formula }) => !formula.uses.some((slug) => waiting.has(slug) || broken.has(slug)),
    )
    if (ready.length === 0) break
    for (const one of ready) waiting.delete(one.metric.slug)
    order.push(...ready)
  }
  for (const { metric } of waiting.values()) problems.push(stuckProblem(metric, waiting))
  return { order, problems }
}

function stuckProblem(metric: Metric, waiting: ReadonlyMap<string, CompiledMetric>): FormulaMetricProblem {
  const path: string[] = []
  let at: string | undefined = metric.slug
  while (at !== undefined && !path.includes(at)) {
    path.push(at)
    at = waiting.get(at)?.formula.uses.find((slug) => waiting.has(slug))
  }
  const problem = { metricId: metric.id, range: null }
  if (at === undefined)
    return { ...problem, code: 'formula.unknown-variable', message: 'This formula reads one that cannot be worked out' }
  const circle = [...path.slice(path.indexOf(at)), at].join(' → ')
  return { ...problem, code: 'formula.cycle', message: `These formulas read each other in a circle: ${circle}` }
}
