import type { ImportedPeople } from '#shared/importPeople.ts'
import type { Person } from '#shared/person.ts'
import type { Team } from '#shared/team.ts'
import { bumpVersion, definitionsOf, toStored } from '../data/definitions.ts'
import type { Mongo } from '../data/mongo.ts'
import { newId } from '../data/tokens.ts'

/** What a people file has changed. */
export interface PeopleChanges {
  teams: number
  people: number
  moved: number
}

/**
 * Brings people and teams of a file into the organization: those that it knows (teams by name, level and parent, people by
 * this source's id) stay, new ones are added, and somebody who stands in another team moves there now. Running it again
 * changes nothing.
 */
export async function importPeople(
  mongo: Mongo,
  { org, sourceId, imported, nowMs }: { org: string; sourceId: string; imported: ImportedPeople; nowMs: number },
): Promise<PeopleChanges> {
  const definitions = await definitionsOf(mongo, org)
  if (!definitions) throw new Error('There is no such organization')
  const teams = [...definitions.teams.values()]
  const teamIds = new Map<string, string>()
  const newTeams: Team[] = []
  for (const { key, name, level, parentKey } of imported.teams) {
    const parentId = parentKey === null ? null : (teamIds.get(parentKey) ?? null)
    const known = teams.find(
      (team) => team.level === level && (level === 'company' || (team.name === name && team.parentId === parentId)),
    )
    const team = known ?? { id: newId(), name, level, parentId, color: ((teams.length + newTeams.length) % 12) + 1 }
    if (!known) newTeams.push(team)
    teamIds.set(key, team.id)
  }
  const newPeople: Person[] = []
  const moves: { id: string; memberships: Person['memberships'] }[] = []
  for (const { externalId, name, email, teamKey } of imported.people) {
    const teamId = teamIds.get(teamKey) ?? null
    const knownId = definitions.personIds.get(`external:${sourceId}:${externalId}`)
    const known = knownId === undefined ? undefined : definitions.people.get(knownId)
    if (!known) newPeople.push(newPerson({ name, email, teamId, sourceId, externalId }))
    else if (teamId !== null && known.memberships.at(-1)?.teamId !== teamId)
      moves.push({ id: known.id, memberships: movedTo(known, teamId, nowMs) })
  }
  if (newTeams.length > 0) await mongo.teams.insertMany(newTeams.map((team) => toStored(org, team)))
  if (newPeople.length > 0) await mongo.people.insertMany(newPeople.map((person) => toStored(org, person)))
  for (const { id, memberships } of moves) await mongo.people.updateOne({ _id: id, org }, { $set: { memberships } })
  if (newTeams.length + newPeople.length + moves.length > 0) await bumpVersion(mongo, org, { boards: true })
  return { teams: newTeams.length, people: newPeople.length, moved: moves.length }
}

function newPerson({
  name,
  email,
  teamId,
  sourceId,
  externalId,
}: {
  name: string
  email: string | null
  teamId: string | null
  sourceId: string
  externalId: string
}): Person {
  return {
    id: newId(),
    name,
    email,
    memberships: teamId === null ? [] : [{ teamId, fromMs: null, toMs: null }],
    identities: [{ sourceId, externalId }],
    track: null,
    tier: null,
    hiredOn: null,
    leaveDays: [],
    locale: null,
    active: true,
  }
}

/** What happened before the move stays with the team of then. */
function movedTo(person: Person, teamId: string, nowMs: number): Person['memberships'] {
  const ended = person.memberships.map((one) => (one.toMs === null ? { ...one, toMs: nowMs } : one))
  return [...ended, { teamId, fromMs: ended.length === 0 ? null : nowMs, toMs: null }]
}
