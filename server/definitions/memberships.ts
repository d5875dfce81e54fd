import type { Person } from '#shared/person.ts'
import type { Team } from '#shared/team.ts'
import { wrongField } from './checks.ts'

/** Throws unless every team exists, every window ends after it begins, and no two overlap. */
export function checkMemberships({ memberships }: Pick<Person, 'memberships'>, teams: ReadonlyMap<string, Team>): void {
  for (const [index, { teamId, fromMs, toMs }] of memberships.entries()) {
    if (!teams.has(teamId)) throw wrongField('person.team', `memberships.${index}.teamId`, 'There is no such team')
    if ((fromMs ?? -Infinity) >= (toMs ?? Infinity))
      throw wrongField('person.membership_window', `memberships.${index}.toMs`, 'It must end after it begins')
  }
  const ordered = [...memberships].sort((a, b) => (a.fromMs ?? -Infinity) - (b.fromMs ?? -Infinity))
  for (const [index, { toMs }] of ordered.entries()) {
    const next = ordered[index + 1]
    if (next && (toMs ?? Infinity) > (next.fromMs ?? -Infinity))
      throw wrongField('person.membership_overlap', 'memberships', 'Nobody is in two teams at once')
  }
}
