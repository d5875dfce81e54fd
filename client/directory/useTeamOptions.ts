import { storeToRefs } from 'pinia'
import { computed } from 'vue'
import { type Person, teamAt } from '#shared/person.ts'
import { type Team, teamPath } from '#shared/team.ts'
import { serverNowMs } from '../lib/clock.ts'
import { useSession } from '../session/session.store.ts'
import { useDirectory } from './directory.store.ts'
import { itemsOf } from './useLists.ts'

export interface TeamNode {
  team: Team
  depth: number
}

/** Teams as a tree written down: each before those below it, siblings by name; one whose parent is gone stands on top. */
export function teamTree(teams: readonly Team[]): TeamNode[] {
  const known = new Set(teams.map((team) => team.id))
  const placed = new Set<string>()
  const nodes: TeamNode[] = []
  function place(parentId: string | null, depth: number) {
    const children = teams.filter(
      (team) => (team.parentId && known.has(team.parentId) ? team.parentId : null) === parentId,
    )
    for (const team of children.sort((a, b) => a.name.localeCompare(b.name))) {
      if (placed.has(team.id)) continue
      placed.add(team.id)
      nodes.push({ team, depth })
      place(team.id, depth + 1)
    }
  }
  place(null, 0)
  return nodes
}

/** Teams as options of a list, indented by their depth. */
export function useTeamOptions() {
  const directory = useDirectory()
  void directory.teams.load()
  return computed(() =>
    teamTree(itemsOf(directory.teams.state)).map(({ team, depth }) => ({
      value: team.id,
      label: `${'  '.repeat(depth)}${team.name}`,
    })),
  )
}

/** Whether a team lies in the reach of who is signed in: everything for an admin, the own team and below for a manager. */
export function useReach() {
  const directory = useDirectory()
  const session = useSession()
  return computed(() => {
    const own = session.user?.role === 'manager' ? session.user.teamId : null
    return (teamId: string) => own === null || teamPath(directory.teamById, teamId).includes(own)
  })
}

/** Whether a person is in a team of one's reach, now or at another instant: whom a manager may choose for a contest. */
export function usePersonReach() {
  const { user } = storeToRefs(useSession())
  const reach = useReach()
  return computed(() => (person: Pick<Person, 'memberships'>, atMs: number | null): boolean => {
    if (user.value?.role !== 'manager' || user.value.teamId === null) return true
    return [serverNowMs(), atMs].some((at) => {
      const team = at === null ? null : teamAt(person, at)
      return team !== null && reach.value(team)
    })
  })
}
