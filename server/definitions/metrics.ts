import { formulaOrder } from '#shared/formulaOrder.ts'
import { type Metric, metricInputSchema, metricSchema } from '#shared/metric.ts'
import { Refusal } from '../http/problems.ts'
import { differs, inUse, wrongField } from './checks.ts'
import type { Change, DefinitionNoun } from './definitionNoun.ts'

/** Metrics: slugs are unique, one is fed by points, formulas can be worked out, and none that a board shows is removed. */
export const metricNoun: DefinitionNoun<Metric> = {
  noun: 'metric',
  path: '/metrics',
  input: metricInputSchema,
  schema: metricSchema,
  writers: 'manager',
  most: 200,
  model: (mongo) => mongo.metrics,
  all: ({ metrics }) => metrics,
  check(change) {
    checkUses(change)
    checkAlone(change)
    checkFormulas(change)
  },
  effect({ before, after }) {
    const feeds = (metric: Metric | null) => metric !== null && metric.source.type !== 'formula'
    const source = differs(before, after, ['source', 'active'])
    return {
      boards: before !== null && (source || differs(before, after, ['unit', 'direction', 'slug'])),
      worth: source && (feeds(before) || feeds(after)),
      badges: before !== null && differs(before, after, ['source', 'direction', 'active']),
    }
  },
}

function checkUses({ definitions, before, after }: Change<Metric>): void {
  if (!before || after) return
  const boards = definitions.boards.filter((board) => [board.metricId, board.secondMetricId].includes(before.id))
  const game = [...definitions.badges, ...definitions.streaks].filter(({ metricId }) => metricId === before.id)
  const users = [...boards, ...game].map(({ name }) => name)
  if (users.length > 0) throw inUse('metric', users)
}

function checkAlone({ definitions, before, after }: Change<Metric>): void {
  if (!after) return
  const others = definitions.metrics.filter((metric) => metric.id !== after.id)
  if (others.some((metric) => metric.slug === after.slug))
    throw new Refusal(409, 'metric.slug_taken', 'Another metric has this slug', {
      issues: [{ path: 'body.slug', message: 'Taken by another metric' }],
    })
  const becomesPoints = after.source.type === 'points' && before?.source.type !== 'points'
  if (becomesPoints && others.some((metric) => metric.source.type === 'points'))
    throw new Refusal(409, 'metric.points_twice', 'There is a metric of points already, and there can be one only')
}

/** This formula must work out, and so must all others that did before. */
function checkFormulas({ definitions, before, after }: Change<Metric>): void {
  const id = (after ?? before)?.id
  const others = definitions.metrics.filter((metric) => metric.id !== id)
  const broken = new Set(formulaOrder(definitions.metrics).problems.map((problem) => problem.metricId))
  const { problems } = formulaOrder(after ? [...others, after] : others)
  const own = problems.find((problem) => problem.metricId === id)
  if (own) throw wrongField(own.code, 'source.expression', own.message)
  const users = others.filter((metric) => !broken.has(metric.id) && problems.some((one) => one.metricId === metric.id))
  if (users.length > 0)
    throw inUse(
      'metric',
      users.map((metric) => metric.name),
    )
}
