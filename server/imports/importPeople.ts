import type { BadRow } from '#shared/importing.ts'
import { type ImportedPeople, mapPeople, type PeopleMapping } from '#shared/importPeople.ts'
import type { Person } from '#shared/person.ts'
import type { Team } from '#shared/team.ts'
import { type ChangeStores, changeDefinitions } from '../data/definitionChange.ts'
import { type Definitions, definitionsOf, toStored } from '../data/definitions.ts'
import { newId } from '../data/tokens.ts'
import { newNames, wakeUnmatched } from '../data/unmatched.ts'
import { Refusal } from '../http/problems.ts'
import type { CsvFile, CsvRow } from './csvRows.ts'

/** Most people of an organization. */
const maxPeople = 20_000

/** With more names than this everything is scored again, instead of looking for what waits for each. */
const maxNamesToWake = 200

/** What a people file has changed. */
export interface PeopleChanges {
  teams: number
  people: number
  moved: number
}

interface Part {
  sourceId: string
  imported: ImportedPeople
  nowMs: number
}

/** What is to be written: new ones, and people that are there already as they were and as they will be. */
interface Plan {
  teams: Team[]
  people: Person[]
  changed: { before: Person; after: Person }[]
}

/** What a people file says, as a whole: a team may stand in its last row. */
export async function readPeople(
  file: Pick<CsvFile, 'rows'>,
  mapping: PeopleMapping,
  companyName: string,
): Promise<ImportedPeople> {
  const found: CsvRow[] = []
  const tooLong: BadRow[] = []
  for await (const row of file.rows()) {
    if (row.tooLong) tooLong.push(row.tooLong)
    else found.push(row)
  }
  const lines = found.map(({ line }) => line)
  const imported = mapPeople(
    found.map(({ row }) => row),
    mapping,
    { companyName, lines },
  )
  return { ...imported, bad: [...imported.bad, ...tooLong].sort((a, b) => a.line - b.line) }
}

/**
 * Brings people and teams of a file into the organization: those that it knows (teams by name, level and parent, people by
 * this source's id, else by e-mail) stay, new ones are added, and somebody who stands in another team moves there now.
 * Activities that waited for one of these names are scored. Running it again changes nothing.
 */
export async function importPeople(
  { stores, queues }: ChangeStores,
  { org, ...part }: Part & { org: string },
): Promise<PeopleChanges> {
  const { mongo } = stores
  const definitions = await definitionsOf(mongo, org)
  if (!definitions) throw new Error('There is no such organization')
  const { teams, people, changed } = planPeople(definitions, part)
  if (teams.length + people.length + changed.length === 0) return { teams: 0, people: 0, moved: 0 }
  return await changeDefinitions({ stores, queues }, org, (now) => {
    const plan = planPeople(now, part)
    if (now.people.size + plan.people.length > maxPeople)
      throw new Refusal(422, 'import.people', `An organization has at most ${maxPeople} people`)
    const moved = plan.changed.filter(({ before, after }) => before.memberships !== after.memberships).length
    const named = [...plan.people.map((after) => ({ before: null, after })), ...plan.changed]
    const isMany = named.length > maxNamesToWake
    return {
      effect: { boards: true, worth: moved > 0 || isMany },
      async write() {
        if (plan.teams.length > 0) await mongo.teams.insertMany(plan.teams.map((team) => toStored(org, team)))
        if (plan.people.length > 0) await mongo.people.insertMany(plan.people.map((person) => toStored(org, person)))
        for (const { after } of plan.changed) {
          const { memberships, identities } = after
          await mongo.people.updateOne({ _id: after.id, org }, { $set: { memberships, identities } })
        }
        return { teams: plan.teams.length, people: plan.people.length, moved }
      },
      async after() {
        if (isMany) return
        const names = named.map(({ before, after }) => newNames(before, after))
        await wakeUnmatched({ mongo, queues }, org, {
          emails: names.flatMap((one) => one.emails),
          externalIds: names.flatMap((one) => one.externalIds),
        })
      },
    }
  })
}

function planPeople(definitions: Definitions, { sourceId, imported, nowMs }: Part): Plan {
  const plan: Plan = { teams: [], people: [], changed: [] }
  const teams = [...definitions.teams.values()]
  const teamIds = new Map<string, string>()
  for (const { key, name, level, parentKey } of imported.teams) {
    const parentId = parentKey === null ? null : (teamIds.get(parentKey) ?? null)
    const known = teams.find(
      (team) => team.level === level && (level === 'company' || (team.name === name && team.parentId === parentId)),
    )
    const team = known ?? { id: newId(), name, level, parentId, color: ((teams.length + plan.teams.length) % 12) + 1 }
    if (!known) plan.teams.push(team)
    teamIds.set(key, team.id)
  }
  const emails = new Set<string>()
  for (const { externalId, name, email, teamKey } of imported.people) {
    const teamId = teamIds.get(teamKey) ?? null
    const identity = { sourceId, externalId }
    // An e-mail address is one person's, the first one's of the file: the others are told apart by their ids, and come without.
    const own = email !== null && !emails.has(email) ? email : null
    if (email !== null) emails.add(email)
    const knownId =
      definitions.personIds.get(`external:${sourceId}:${externalId}`) ?? definitions.personIds.get(`email:${own}`)
    const before = knownId === undefined ? undefined : definitions.people.get(knownId)
    if (!before) {
      plan.people.push(newPerson({ name, email: own, teamId, identity }))
      continue
    }
    const after = withIdentity(movedTo(before, teamId, nowMs), identity)
    if (after !== before) plan.changed.push({ before, after })
  }
  return plan
}

function newPerson({
  name,
  email,
  teamId,
  identity,
}: Pick<Person, 'name' | 'email'> & { teamId: string | null; identity: Person['identities'][number] }): Person {
  return {
    id: newId(),
    name,
    email,
    memberships: teamId === null ? [] : [{ teamId, fromMs: null, toMs: null }],
    identities: [identity],
    track: null,
    tier: null,
    hiredOn: null,
    leaveDays: [],
    locale: null,
    active: true,
  }
}

/** What happened before the move stays with the team of then. */
function movedTo(person: Person, teamId: string | null, nowMs: number): Person {
  if (teamId === null || person.memberships.at(-1)?.teamId === teamId) return person
  const ended = person.memberships.map((one) => (one.toMs === null ? { ...one, toMs: nowMs } : one))
  return { ...person, memberships: [...ended, { teamId, fromMs: ended.length === 0 ? null : nowMs, toMs: null }] }
}

function withIdentity(person: Person, { sourceId, externalId }: Person['identities'][number]): Person {
  const has = person.identities.some((one) => one.sourceId === sourceId && one.externalId === externalId)
  return has ? person : { ...person, identities: [...person.identities, { sourceId, externalId }] }
}
