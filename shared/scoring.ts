import type { Activity, AttributeValue, Credit } from './activity.ts'
import type { EntryDraft, Line } from './entry.ts'
import { compileAward, type Formula } from './formula.ts'
import type { Metric } from './metric.ts'
import { localDay } from './period.ts'
import { type Person, teamAt } from './person.ts'
import type { Award, PointsRule } from './points.ts'
import { fieldOf, selects } from './selection.ts'

/** Sums of what is larger would not be exact, and an inexact sum depends on its order: a larger measure is none. */
const maxAmount = 1e13
/** Most points of one activity by one rule, before weights. */
const maxPoints = 1e9

/** All that decides what an activity is worth. */
export interface ScoringDefinitions {
  zone: string
  /** Values in another currency add nothing to money and earn no points by value. */
  currency: string
  metrics: readonly Metric[]
  rules: readonly PointsRule[]
  people: ReadonlyMap<string, Pick<Person, 'memberships'>>
}

/**
 * What the newest revision of an activity is worth: one draft for each credited person that it earns anything for.
 * Counts go to the first credit alone, so that a shared deal is one deal; money and points are split by weight; maxima,
 * averages and distinct keys go to everyone.
 */
export function worthOf(activity: Activity, definitions: ScoringDefinitions): EntryDraft[] {
  if (activity.voided || activity.evidence === 'quarantined') return []
  const lines: Line[][] = activity.credits.map(() => [])
  for (const metric of definitions.metrics) addMetricLines(lines, metric, activity, definitions)
  const pointsMetric = definitions.metrics.find((metric) => metric.active && metric.source.type === 'points')
  if (pointsMetric)
    for (const rule of definitions.rules) addPointsLines(lines, rule, pointsMetric.id, activity, definitions)
  const day = localDay(activity.occurredAtMs, definitions.zone)
  return activity.credits.flatMap((credit, index) => {
    const own = lines[index]
    const person = definitions.people.get(credit.personId)
    if (!own || own.length === 0 || !person) return []
    return {
      activityKey: activity.key,
      revision: activity.revision,
      personId: credit.personId,
      teamId: teamAt(person, activity.occurredAtMs),
      day,
      occurredAtMs: activity.occurredAtMs,
      recordedAtMs: activity.recordedAtMs,
      lines: own,
    }
  })
}

function addMetricLines(lines: Line[][], metric: Metric, activity: Activity, { currency }: ScoringDefinitions): void {
  if (!metric.active || metric.source.type !== 'activity' || !selects(metric.source.selection, activity)) return
  const { aggregate, measure } = metric.source
  const push = (index: number, amount: number, key: string | null = null) =>
    lines[index]?.push({ metricId: metric.id, ruleId: null, amount, key })
  if (aggregate === 'count') return void push(0, 1)
  const measured = fieldOf(activity, measure ?? 'quantity')
  if (aggregate === 'distinct') {
    if (measured !== null) for (const index of lines.keys()) push(index, 1, distinctKey(measured))
    return
  }
  if (typeof measured !== 'number' || Math.abs(measured) > maxAmount) return
  if (measure === 'valueMinor' && activity.currency !== currency) return
  const amount = Math.round(measured)
  const shares = aggregate === 'sum' ? splitByWeight(amount, activity.credits) : activity.credits.map(() => amount)
  for (const [index, share] of shares.entries()) push(index, share)
}

/** Half of a character, where the text is cut amid one, would come back from the database as something else. */
function distinctKey(measured: AttributeValue): string {
  return String(measured).slice(0, 200).toWellFormed()
}

function addPointsLines(
  lines: Line[][],
  rule: PointsRule,
  metricId: string,
  activity: Activity,
  { currency }: ScoringDefinitions,
): void {
  if (!rule.active || !selects(rule.selection, activity)) return
  const award = Math.min(maxPoints, Math.max(-maxPoints, awarded(rule.award, activity, currency)))
  const earned = Math.trunc((award * weightPercent(rule, activity)) / 100)
  for (const [index, amount] of splitByWeight(earned, activity.credits).entries()) {
    if (amount !== 0) lines[index]?.push({ metricId, ruleId: rule.id, amount, key: null })
  }
}

function awarded(award: Award, activity: Activity, currency: string): number {
  const valueMinor = activity.currency === currency ? (activity.valueMinor ?? 0) : 0
  switch (award.type) {
    case 'fixed':
      return award.points
    case 'per-value':
      return award.points * Math.trunc(valueMinor / award.everyMinor)
    case 'per-quantity':
      return award.points * Math.trunc(activity.quantity / award.every)
    case 'formula': {
      const values: Record<string, number> = { value_minor: valueMinor, quantity: activity.quantity }
      const points = awardFormula(award.expression)?.run((name) => values[name] ?? fieldOf(activity, name))
      return Math.trunc(points ?? 0)
    }
  }
}

const awardFormulas = new Map<string, Formula | null>()

/** Compiled once for each expression; `null` for one that does not compile, which earns nothing. */
function awardFormula(expression: string): Formula | null {
  const known = awardFormulas.get(expression)
  if (known !== undefined) return known
  const formula = compileAward(expression)
  if (awardFormulas.size >= 1000) awardFormulas.clear()
  awardFormulas.set(expression, formula.ok ? formula : null)
  return formula.ok ? formula : null
}

function weightPercent(rule: PointsRule, activity: Activity): number {
  if (!rule.weights) return 100
  const value = fieldOf(activity, `attributes.${rule.weights.attribute}`)
  if (value === null || !Object.hasOwn(rule.weights.percentByValue, String(value))) return 100
  return rule.weights.percentByValue[String(value)] ?? 100
}

/** Splits an integer by weights so that the shares add up exactly: largest remainder first, earlier credit on a tie. */
export function splitByWeight(amount: number, credits: readonly Credit[]): number[] {
  const total = credits.reduce((sum, credit) => sum + credit.weightBp, 0)
  const exact = credits.map((credit) => (total === 0 ? 0 : (amount * credit.weightBp) / total))
  const shares = exact.map(Math.trunc)
  const order = exact
    .map((value, index) => ({ index, remainder: Math.abs(value - Math.trunc(value)) }))
    .sort((a, b) => b.remainder - a.remainder || a.index - b.index)
  let left = amount - shares.reduce((sum, share) => sum + share, 0)
  for (const { index } of order) {
    if (left === 0) break
    shares[index] = (shares[index] ?? 0) + Math.sign(left)
    left -= Math.sign(left)
  }
  return shares
}
