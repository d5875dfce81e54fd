import { z } from 'zod'
import {
  type BadgePreview,
  badgePreviewInputSchema,
  badgePreviewSchema,
  recognitionSchema,
} from '#shared/contract/recognition.ts'
import { idSchema } from '#shared/schema.ts'
import { earnedCases } from '../data/badgePast.ts'
import { definitionsOf } from '../data/definitions.ts'
import type { Mongo } from '../data/mongo.ts'
import { recognitionOf } from '../data/recognition.ts'
import { knownDefinitions } from '../http/knownDefinitions.ts'
import { notFound } from '../http/problems.ts'
import { type Route, route } from '../http/route.ts'

const mostCounted = 100_000

/** Badges and streaks of people, and what a badge would do. */
export function recognitionRoutes(mongo: Mongo): Route[] {
  return [
    route({
      method: 'get',
      path: '/people/:id/recognition',
      summary: 'A person’s badges and streaks',
      permit: 'viewer',
      params: z.strictObject({ id: idSchema }),
      answer: recognitionSchema,
      async handle({ principal, params }) {
        const definitions = await definitionsOf(mongo, principal.org)
        const person = definitions?.people.get(params.id)
        if (!definitions || !person) throw notFound('person')
        return await recognitionOf(mongo, definitions, { person, nowMs: Date.now() })
      },
    }),
    route({
      method: 'post',
      path: '/badges/preview',
      summary: 'How many badges a rule would have granted so far, and to how many people',
      permit: 'manager',
      body: badgePreviewInputSchema,
      answer: badgePreviewSchema,
      async handle({ principal, body }): Promise<BadgePreview> {
        const definitions = await knownDefinitions(mongo, principal.org)
        const preview: BadgePreview = { badges: 0, people: 0, cut: false }
        const badge = { ...body.badge, id: 'preview', past: null }
        for await (const earned of earnedCases(mongo, definitions, badge)) {
          preview.badges += earned.length
          preview.people += 1
          preview.cut = preview.badges >= mostCounted
          if (preview.cut) break
        }
        return preview
      },
    }),
  ]
}
