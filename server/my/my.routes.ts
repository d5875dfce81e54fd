import { myDaySchema } from '#shared/contract/myDay.ts'
import { reaches } from '#shared/contract/session.ts'
import { definitionsOf } from '../data/definitions.ts'
import type { Stores } from '../data/stores.ts'
import { Refusal } from '../http/problems.ts'
import { type Route, route } from '../http/route.ts'
import { readMyDay } from './myDay.ts'

/** What a person sees of the own day. */
export function myRoutes(stores: Stores): Route[] {
  return [
    route({
      method: 'get',
      path: '/my/day',
      summary: 'My day: places, values, recent activities',
      permit: 'rep',
      answer: myDaySchema,
      async handle({ principal: { org, personId, role } }) {
        const definitions = await definitionsOf(stores.mongo, org)
        const person = personId === null ? undefined : definitions?.people.get(personId)
        if (!definitions || !person)
          throw new Refusal(409, 'my.no_person', 'You are not a person of the floor, so there is no day of yours')
        return await readMyDay(stores, definitions, { person, seesAll: reaches(role, 'manager'), nowMs: Date.now() })
      },
    }),
  ]
}
