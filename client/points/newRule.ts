import type { PointsRuleInput } from '#shared/points.ts'

/** A new rule: ten points for a visit. */
export function newRule(): PointsRuleInput {
  return {
    name: {},
    selection: { kinds: ['visit.made'], filter: [] },
    award: { type: 'fixed', points: 10 },
    weights: null,
    dailyCap: null,
    active: true,
  }
}
