import { computed } from 'vue'
import { type Team, teamPath } from '#shared/team.ts'
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
