import { reaches } from '#shared/contract/session.ts'
import { type Membership, type Person, personInputSchema, personSchema } from '#shared/person.ts'
import type { ChangeStores } from '../data/definitionChange.ts'
import type { Mongo } from '../data/mongo.ts'
import { newNames, wakeUnmatched } from '../data/unmatched.ts'
import type { UserPrincipal } from '../http/principal.ts'
import { Refusal } from '../http/problems.ts'
import { outOfReach, reachesPerson, reachesTeam } from '../http/reach.ts'
import { differs, inUse, wrongField } from './checks.ts'
import type { Change, DefinitionNoun } from './definitionNoun.ts'
import { checkMemberships } from './memberships.ts'

/** People: names in other systems are unique, memberships do not overlap; changed by admins, and by managers in their teams. */
export function personNoun({ stores: { mongo }, queues }: ChangeStores): DefinitionNoun<Person> {
  return {
    noun: 'person',
    path: '/people',
    input: personInputSchema,
    schema: personSchema,
    writers: 'manager',
    most: 20_000,
    model: (all) => all.people,
    all: ({ people }) => [...people.values()],
    present: (person, { role, personId }) =>
      reaches(role, 'manager') || person.id === personId
        ? person
        : { ...person, email: null, identities: [], leaveDays: [] },
    async check(change, { principal }) {
      checkReach(change, principal)
      if (!change.after) return await checkUses(change, mongo, principal.org)
      checkMemberships(change.after, change.definitions.teams)
      await checkNames(change.after, change, mongo, principal.org)
    },
    effect({ before, after }) {
      const lost = before && differs(before, after, ['email', 'identities'])
      return {
        boards: before !== null && differs(before, after, ['track', 'tier', 'hiredOn', 'active']),
        // New names wake what waits for them; a name that is taken away may have activities that scored.
        worth:
          before !== null && (differs(before, after, ['memberships']) || (lost === true && losesName(before, after))),
      }
    },
    async changed({ before, after }, org) {
      if (after) await wakeUnmatched({ mongo, queues }, org, newNames(before, after))
    },
  }
}

function losesName(before: Person, after: Person | null): boolean {
  if (!after) return true
  if (before.email !== null && before.email !== after.email) return true
  return newNames(after, before).externalIds.length > 0
}

function checkReach({ definitions, before, after }: Change<Person>, principal: UserPrincipal): void {
  if (principal.role === 'admin' || principal.teamId === null) return
  if (before && !reachesPerson(definitions, principal, before, Date.now())) throw outOfReach()
  const key = ({ teamId, fromMs, toMs }: Membership) => `${teamId} ${fromMs} ${toMs}`
  const old = new Set(before?.memberships.map(key))
  const now = new Set(after?.memberships.map(key))
  const changed = [
    ...(after?.memberships ?? []).filter((one) => !old.has(key(one))),
    ...(before?.memberships ?? []).filter((one) => !now.has(key(one))),
  ]
  if (!before && changed.length === 0) throw outOfReach()
  if (changed.some(({ teamId }) => !reachesTeam(definitions, principal, teamId))) throw outOfReach()
}

async function checkNames(
  { id, email, identities }: Person,
  { definitions: { personIds, people } }: Change<Person>,
  mongo: Mongo,
  org: string,
): Promise<void> {
  const nameOf = (holder: string) => people.get(holder)?.name ?? ''
  const holder = email === null ? undefined : personIds.get(`email:${email}`)
  if (holder !== undefined && holder !== id)
    throw new Refusal(409, 'person.email_taken', `${nameOf(holder)} has this e-mail address`, {
      issues: [{ path: 'body.email', message: 'Taken by somebody else' }],
    })
  const seen = new Set<string>()
  for (const [index, { sourceId, externalId }] of identities.entries()) {
    const name = `external:${sourceId}:${externalId}`
    const other = personIds.get(name)
    if ((other !== undefined && other !== id) || seen.has(name))
      throw new Refusal(409, 'person.identity_taken', `${nameOf(other ?? id)} is ${externalId} there already`, {
        issues: [{ path: `body.identities.${index}`, message: 'Taken' }],
      })
    seen.add(name)
  }
  const sourceIds = [...new Set(identities.map((identity) => identity.sourceId))]
  const found = await mongo.sources.countDocuments({ org, _id: { $in: sourceIds } })
  if (found < sourceIds.length) throw wrongField('person.source', 'identities', 'There is no such source')
}

async function checkUses({ before }: Change<Person>, mongo: Mongo, org: string): Promise<void> {
  if (!before) return
  const [entry, user] = await Promise.all([
    mongo.entries.collection.findOne({ org, personId: before.id }, { projection: { _id: 1 } }),
    mongo.users.findOne({ org, personId: before.id }, { name: 1 }).lean(),
  ])
  if (user) throw inUse('person', [user.name])
  if (entry)
    throw new Refusal(409, 'person.in_use', 'Activities of this person have counted; make the person inactive instead')
}
