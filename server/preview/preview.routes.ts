import { metricPreviewInputSchema, pointsRulePreviewInputSchema, previewSchema } from '#shared/contract/preview.ts'
import { metricPreview, rulePreview } from '#shared/preview.ts'
import type { ScoringDefinitions } from '#shared/scoring.ts'
import type { Definitions } from '../data/definitions.ts'
import type { Mongo } from '../data/mongo.ts'
import { knownDefinitions } from '../http/knownDefinitions.ts'
import { notFound } from '../http/problems.ts'
import { type Route, route } from '../http/route.ts'
import { runPreview } from './runPreview.ts'

const newId = 'preview'

/** What a rule or metric would have done, before it is saved. Nothing is written. */
export function previewRoutes(mongo: Mongo): Route[] {
  return [
    route({
      method: 'post',
      path: '/points-rules/preview',
      summary: 'What a points rule would have earned, per person, against the one that it replaces',
      permit: 'manager',
      body: pointsRulePreviewInputSchema,
      answer: previewSchema,
      async handle({ principal, body: { rule, replacesId, ...days } }) {
        const definitions = await knownDefinitions(mongo, principal.org)
        const replaced = definitions.rules.find((one) => one.id === replacesId) ?? null
        if (replacesId !== undefined && !replaced) throw notFound('points-rule')
        const question = rulePreview(scoringOf(definitions), { id: replacesId ?? newId, ...rule }, replaced)
        return await runPreview(mongo, definitions, question, days)
      },
    }),
    route({
      method: 'post',
      path: '/metrics/preview',
      summary: 'What a metric would have shown, per person, against the one that it replaces',
      permit: 'manager',
      body: metricPreviewInputSchema,
      answer: previewSchema,
      async handle({ principal, body: { metric, replacesId, ...days } }) {
        const definitions = await knownDefinitions(mongo, principal.org)
        const replaced = definitions.metrics.find((one) => one.id === replacesId) ?? null
        if (replacesId !== undefined && !replaced) throw notFound('metric')
        const question = metricPreview(scoringOf(definitions), { id: replacesId ?? newId, ...metric }, replaced)
        return await runPreview(mongo, definitions, question, days)
      },
    }),
  ]
}

function scoringOf({ organization: { zone, currency }, metrics, rules, people }: Definitions): ScoringDefinitions {
  return { zone, currency, metrics, rules, people }
}
