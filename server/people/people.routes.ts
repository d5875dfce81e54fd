import { z } from 'zod'
import { personDaySchema } from '#shared/contract/personDay.ts'
import { localDay } from '#shared/period.ts'
import { idSchema, localDaySchema } from '#shared/schema.ts'
import { definitionsOf } from '../data/definitions.ts'
import type { Mongo } from '../data/mongo.ts'
import { notFound } from '../http/problems.ts'
import { outOfReach, reachesPerson } from '../http/reach.ts'
import { type Route, route } from '../http/route.ts'
import { readPersonDay } from './personDay.ts'

/** What can be known of one person: for themselves, the managers above them, and admins. */
export function personRoutes(mongo: Mongo): Route[] {
  return [
    route({
      method: 'get',
      path: '/people/:id/day',
      summary: 'A day explained: every point with the activity and the rule that it comes from',
      permit: 'rep',
      params: z.strictObject({ id: idSchema }),
      query: z.strictObject({ day: localDaySchema.optional() }),
      answer: personDaySchema,
      async handle({ principal, params, query }) {
        const definitions = await definitionsOf(mongo, principal.org)
        const person = definitions?.people.get(params.id)
        if (!definitions || !person) throw notFound('person')
        const nowMs = Date.now()
        if (person.id !== principal.personId && !reachesPerson(definitions, principal, person, nowMs))
          throw outOfReach()
        const day = query.day ?? localDay(nowMs, definitions.organization.zone)
        return await readPersonDay(mongo, definitions, person, day)
      },
    }),
  ]
}
