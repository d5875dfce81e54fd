import type { Activity } from './activity.ts'
import type { Preview } from './contract/preview.ts'
import type { Metric } from './metric.ts'
import type { PointsRule } from './points.ts'
import { liveDays } from './previewDays.ts'
import type { ScoringDefinitions } from './scoring.ts'
import { emptySummary } from './summary.ts'
import { compileValues } from './value.ts'

/** What is compared: the saved definitions with one of them left out, and with its replacement. */
export interface PreviewQuestion {
  /** `null` when nothing is replaced. */
  before: ScoringDefinitions | null
  after: ScoringDefinitions
  /** Whose values are compared. */
  metricId: string
}

/** Asks what a points rule would earn: only that rule's points, with its daily cap. */
export function rulePreview(
  definitions: ScoringDefinitions,
  rule: PointsRule,
  replaced: PointsRule | null,
): PreviewQuestion {
  const points = definitions.metrics.find((metric) => metric.source.type === 'points')
  const metric: Metric = { ...(points ?? plainPoints), active: true }
  const alone = (one: PointsRule) => ({ ...definitions, metrics: [metric], rules: [one] })
  return { before: replaced && alone(replaced), after: alone(rule), metricId: metric.id }
}

/** Asks what a metric would show; a formula reads the other metrics as they are saved. */
export function metricPreview(
  definitions: ScoringDefinitions,
  metric: Metric,
  replaced: Metric | null,
): PreviewQuestion {
  const others = definitions.metrics.filter((one) => one.id !== metric.id)
  const withOne = (one: Metric) => {
    const metrics = [...others, { ...one, active: true }]
    const inputs = compileValues(metrics).inputs(one.id)
    // Formulas are kept: their slugs are what the formula reads.
    return { ...definitions, metrics: metrics.filter(({ id, source }) => inputs.has(id) || source.type === 'formula') }
  }
  return { before: replaced && withOne(replaced), after: withOne(metric), metricId: metric.id }
}

/** Counts activities as they come; `answer` compares what was with what would be, at most `top` people. */
export function createPreview({ before, after, metricId }: PreviewQuestion): {
  add(activity: Activity): void
  answer(nameOf: (personId: string) => string, top: number, cut: boolean): Preview
} {
  const sides = { before: before && liveDays(before), after: liveDays(after) }
  const valuesBefore = before && compileValues(before.metrics)
  const valuesAfter = compileValues(after.metrics)
  let activities = 0
  return {
    add(activity) {
      sides.before?.add(activity)
      if (sides.after.add(activity)) activities += 1
    },
    answer(nameOf, top, cut) {
      const people = new Set([...(sides.before?.people() ?? []), ...sides.after.people()])
      const byPerson = [...people].map((personId) => {
        const was = sides.before?.folded(personId)
        const will = sides.after.folded(personId)
        return {
          personId,
          name: nameOf(personId),
          before: (was && valuesBefore?.value(metricId, (id) => was.get(id) ?? emptySummary())) ?? 0,
          after: valuesAfter.value(metricId, (id) => will.get(id) ?? emptySummary()) ?? 0,
        }
      })
      const total = byPerson.reduce((sum, one) => sum + one.after - one.before, 0)
      const change = (one: { before: number; after: number }) => Math.abs(one.after - one.before)
      byPerson.sort((a, b) => change(b) - change(a) || (a.name < b.name ? -1 : 1))
      return { activities, total, byPerson: byPerson.slice(0, top), cut }
    },
  }
}

const plainPoints: Metric = {
  id: 'points',
  name: { en: 'Points' },
  slug: 'points',
  source: { type: 'points' },
  unit: 'points',
  direction: 'higher',
  class: 'process',
  active: true,
}
