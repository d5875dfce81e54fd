import { z } from 'zod'
import { type UnmatchedList, unmatchedAssignSchema, unmatchedListSchema } from '#shared/contract/unmatched.ts'
import type { Person } from '#shared/person.ts'
import { type ChangeStores, changeDefinitions } from '../data/definitionChange.ts'
import { refText } from '../data/resolve.ts'
import { listSources } from '../data/sourceKeys.ts'
import { newNames, unmatchedOf, wakeUnmatched } from '../data/unmatched.ts'
import { knownDefinitions } from '../http/knownDefinitions.ts'
import { notFound, Refusal } from '../http/problems.ts'
import { outOfReach, reachesPerson } from '../http/reach.ts'
import { type Route, route } from '../http/route.ts'

const listed = 200
const maxIdentities = 50

/** The tray of activities whose person is not known yet. */
export function unmatchedRoutes({ stores, queues }: ChangeStores): Route[] {
  const { mongo } = stores
  return [
    route({
      method: 'get',
      path: '/unmatched',
      summary: 'Names that nobody has yet, with the activities that wait for them',
      permit: 'manager',
      answer: unmatchedListSchema,
      async handle({ principal: { org } }): Promise<UnmatchedList> {
        const definitions = await knownDefinitions(mongo, org)
        const [{ items, total }, sources] = await Promise.all([
          unmatchedOf(mongo, definitions, listed),
          listSources(mongo, org),
        ])
        const names = new Map(sources.map((source) => [source.id, source.name]))
        return { items: items.map((one) => ({ ...one, sourceName: names.get(one.sourceId) ?? one.sourceId })), total }
      },
    }),
    route({
      method: 'post',
      path: '/unmatched/assign',
      summary: 'Give a name in the tray to a person; what waits for it is scored',
      permit: 'manager',
      body: unmatchedAssignSchema,
      answer: z.object({ woken: z.number().int() }),
      async handle({ principal, body: { sourceId, ref, personId } }) {
        const { org } = principal
        const source = await mongo.sources.findOne({ _id: sourceId, org }).lean()
        if (!source) throw notFound('source')
        let woken = 0
        await changeDefinitions({ stores, queues }, org, ({ people, ...definitions }) => {
          const person = people.get(personId)
          if (!person) throw notFound('person')
          if (!reachesPerson({ people, ...definitions }, principal, person, Date.now())) throw outOfReach()
          const named = withName(person, sourceId, ref)
          const holder = definitions.personIds.get(`external:${sourceId}:${refText(ref)}`)
          if (holder !== undefined && holder !== personId)
            throw new Refusal(409, 'person.identity_taken', 'Somebody else has this name in that source already')
          return {
            effect: { boards: false, worth: false },
            write: () =>
              mongo.people.updateOne(
                { _id: personId, org },
                { $set: { email: named.email, identities: named.identities } },
              ),
            after: async () => {
              woken = await wakeUnmatched({ mongo, queues }, org, {
                emails: newNames(person, named).emails,
                externalIds: [{ sourceId, externalId: refText(ref) }],
              })
            },
          }
        })
        return { woken }
      },
    }),
  ]
}

/** The person with the name: an e-mail address when there was none, else an identity in that source. */
function withName(person: Person, sourceId: string, ref: z.infer<typeof unmatchedAssignSchema>['ref']): Person {
  if ('email' in ref && person.email === null) return { ...person, email: ref.email }
  const externalId = refText(ref)
  if (person.identities.some((one) => one.sourceId === sourceId && one.externalId === externalId)) return person
  if (person.identities.length >= maxIdentities)
    throw new Refusal(409, 'person.too_many_identities', `A person has at most ${maxIdentities} names in other systems`)
  return { ...person, identities: [...person.identities, { sourceId, externalId }] }
}
