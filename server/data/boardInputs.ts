import type { Board } from '#shared/board.ts'
import type { Definitions } from './definitions.ts'

/** Metrics whose tallies a board is made of: those that its value and its tie-breaker read. */
export function boardInputs({ values }: Definitions, board: Board): ReadonlySet<string> {
  const inputs = values.inputs(board.metricId)
  return board.secondMetricId ? inputs.union(values.inputs(board.secondMetricId)) : inputs
}

/** Daily caps by points rule. */
export function dailyCaps(definitions: Pick<Definitions, 'rules'>): Map<string, number> {
  return new Map(definitions.rules.flatMap((rule) => (rule.dailyCap === null ? [] : [[rule.id, rule.dailyCap]])))
}
