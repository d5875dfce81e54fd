import { type Team, teamInputSchema, teamLevels, teamSchema } from '#shared/team.ts'
import type { Mongo } from '../data/mongo.ts'
import type { UserPrincipal } from '../http/principal.ts'
import { outOfReach, reachesTeam } from '../http/reach.ts'
import { differs, inUse, wrongField } from './checks.ts'
import type { Change, DefinitionNoun } from './definitionNoun.ts'

/** Teams: a tree in which levels go down, changed by admins, and by managers below their own team. */
export const teamNoun: DefinitionNoun<Team> = {
  noun: 'team',
  path: '/teams',
  input: teamInputSchema,
  schema: teamSchema,
  writers: 'manager',
  most: 2000,
  model: (mongo) => mongo.teams,
  all: ({ teams }) => [...teams.values()],
  async check(change, { mongo, principal }) {
    checkTree(change)
    checkReach(change, principal)
    if (change.before && !change.after) await checkUses(change, mongo, principal.org)
  },
  effect: ({ before, after }) => ({
    boards: before !== null && after !== null && differs(before, after, ['parentId', 'level']),
    worth: false,
  }),
}

function checkTree({ definitions: { teams, teamPaths }, after }: Change<Team>): void {
  if (!after) return
  const depth = (team: Team) => teamLevels.indexOf(team.level)
  if (after.parentId !== null) {
    const parent = teams.get(after.parentId)
    if (!parent) throw wrongField('team.parent', 'parentId', 'There is no such team')
    if (parent.id === after.id || teamPaths.get(parent.id)?.includes(after.id))
      throw wrongField('team.loop', 'parentId', 'A team cannot lie below itself')
    if (depth(parent) >= depth(after))
      throw wrongField('team.level', 'level', 'A team lies at a lower level than the one above it')
  }
  const child = [...teams.values()].find((team) => team.parentId === after.id && depth(team) <= depth(after))
  if (child) throw wrongField('team.level', 'level', `${child.name} lies below it, so it needs a lower level`)
}

/** A manager needs to reach the team, and the places that it leaves and takes: so never moves the own one. */
function checkReach({ definitions, before, after }: Change<Team>, principal: UserPrincipal): void {
  if (principal.role === 'admin' || principal.teamId === null) return
  if (before && !reachesTeam(definitions, principal, before.id)) throw outOfReach()
  if (!differs(before, after, ['parentId', 'level'])) return
  for (const team of [before, after])
    if (team && (team.parentId === null || !reachesTeam(definitions, principal, team.parentId))) throw outOfReach()
}

async function checkUses({ definitions, before }: Change<Team>, mongo: Mongo, org: string): Promise<void> {
  if (!before) return
  const { teams, people, boards } = definitions
  const children = [...teams.values()].filter((team) => team.parentId === before.id)
  const members = [...people.values()].filter(({ memberships }) => memberships.some((one) => one.teamId === before.id))
  const shown = boards.filter(({ audience }) => audience.of === 'people' && audience.teamId === before.id)
  const users = await mongo.users.find({ org, teamId: before.id }, { name: 1 }).limit(10).lean()
  const names = [...children, ...members, ...shown, ...users].map(({ name }) => name)
  if (names.length > 0) throw inUse('team', names)
}
