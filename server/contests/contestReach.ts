import type { Contest } from '#shared/contest.ts'
import type { Definitions } from '../data/definitions.ts'
import type { UserPrincipal } from '../http/principal.ts'
import { outOfReach, reachesPerson, reachesTeam } from '../http/reach.ts'

/**
 * Throws unless everybody who plays lies in the caller's reach: each side that is a team of the tree, and each person in
 * the team of now or of the start. Who has left the organization's people stands in nobody's way.
 */
export function checkContestReach(
  definitions: Definitions,
  principal: UserPrincipal,
  { sides, startsAtMs }: Pick<Contest, 'sides' | 'startsAtMs'>,
  nowMs: number,
): void {
  const { teams, people } = definitions
  for (const { teamId, roster } of sides) {
    if (teams.has(teamId) && !reachesTeam(definitions, principal, teamId)) throw outOfReach()
    for (const personId of roster) {
      const person = people.get(personId)
      if (person && ![nowMs, startsAtMs].some((atMs) => reachesPerson(definitions, principal, person, atMs)))
        throw outOfReach()
    }
  }
}
