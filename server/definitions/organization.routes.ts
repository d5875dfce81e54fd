import { organizationSchema, organizationSettingsSchema } from '#shared/organization.ts'
import { type ChangeStores, changeDefinitions } from '../data/definitionChange.ts'
import { knownDefinitions } from '../http/knownDefinitions.ts'
import { type Route, route } from '../http/route.ts'
import { differs } from './checks.ts'

/** Settings of the organization. */
export function organizationRoutes(parts: ChangeStores): Route[] {
  const { mongo } = parts.stores
  return [
    route({
      method: 'get',
      path: '/organization',
      summary: 'Settings of the organization',
      permit: 'viewer',
      answer: organizationSchema,
      async handle({ principal }) {
        const definitions = await knownDefinitions(mongo, principal.org)
        return definitions.organization
      },
    }),
    route({
      method: 'put',
      path: '/organization',
      summary: 'Change the settings; another zone or currency scores everything again',
      permit: 'admin',
      body: organizationSettingsSchema,
      answer: organizationSchema,
      async handle({ principal: { org }, body }) {
        await changeDefinitions(parts, org, ({ organization }) => {
          const before = { ...organization }
          const after = { id: org, ...body }
          const worth = differs(before, after, ['zone', 'currency'])
          const periods = differs(before, after, ['weekStart', 'fiscalYearStartMonth', 'fiscalCalendar'])
          return {
            effect: { boards: worth || periods, worth, badges: periods },
            write: () => mongo.organizations.updateOne({ _id: org }, { $set: body }),
          }
        })
        return { id: org, ...body }
      },
    }),
  ]
}
