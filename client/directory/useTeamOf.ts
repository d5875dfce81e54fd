import { type Person, teamAt } from '#shared/person.ts'
import type { Team } from '#shared/team.ts'
import { serverNowMs } from '../lib/clock.ts'
import { useDirectory } from './directory.store.ts'

/** The team that a person is in now. */
export function useTeamOf() {
  const directory = useDirectory()
  void directory.teams.load()
  return (person: Pick<Person, 'memberships'>): Team | null => {
    const teamId = teamAt(person, serverNowMs())
    return (teamId && directory.teamById.get(teamId)) || null
  }
}
