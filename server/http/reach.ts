import { reaches } from '#shared/contract/session.ts'
import { type Person, teamAt } from '#shared/person.ts'
import type { Definitions } from '../data/definitions.ts'
import type { UserPrincipal } from './principal.ts'
import { Refusal } from './problems.ts'

type Reach = Pick<UserPrincipal, 'role' | 'teamId'>

/** Does a team lie in a caller's reach? An admin's is everything, a manager's the own team and below. */
export function reachesTeam({ teamPaths }: Definitions, { role, teamId }: Reach, team: string): boolean {
  if (reaches(role, 'admin')) return true
  return reaches(role, 'manager') && (teamId === null || (teamPaths.get(team)?.includes(teamId) ?? false))
}

/** Does a person, in the team of an instant, lie in a caller's reach? */
export function reachesPerson(
  definitions: Definitions,
  reach: Reach,
  person: Pick<Person, 'memberships'>,
  atMs: number,
): boolean {
  if (reaches(reach.role, 'admin') || (reach.role === 'manager' && reach.teamId === null)) return true
  const team = teamAt(person, atMs)
  return team !== null && reachesTeam(definitions, reach, team)
}

/** 403 for what exists and lies elsewhere in the organization. */
export function outOfReach(): Refusal {
  return new Refusal(403, 'permission.reach', 'This lies outside of your teams')
}
