import { addDays, localDay } from '#shared/period.ts'
import type { Person } from '#shared/person.ts'
import type { Team } from '#shared/team.ts'
import { demoTeams } from './floor.ts'
import { seededRandom } from './random.ts'

/** The demo floor's teams and people. */
export interface DemoPeople {
  teams: Team[]
  people: Person[]
}

/** Someone as the demo's CRM knows them, and how good they are at selling (around 1). */
export interface DemoSeller {
  externalId: string
  skill: number
}

/** Everyone of the demo floor, in the order of {@link demoTeams}. */
export function demoSellers(): DemoSeller[] {
  const random = seededRandom(7)
  return demoTeams
    .flatMap(({ people }) => people)
    .map((_, at) => ({ externalId: `rep-${at + 1}`, skill: 0.6 + random() * 0.9 }))
}

/** Makes the people of the demo floor, in teams, regions and the company. */
export function demoPeople(
  newId: () => string,
  { company, sourceId, nowMs }: { company: string; sourceId: string; nowMs: number },
): DemoPeople {
  const team = (name: string, level: Team['level'], parentId: string | null, color: number): Team => ({
    id: newId(),
    name,
    level,
    parentId,
    color,
  })
  const root = team(company, 'company', null, 12)
  const regions = [...new Set(demoTeams.map(({ region }) => region))].map((name, at) =>
    team(name, 'region', root.id, 9 + at),
  )
  const teams = demoTeams.map(({ name, region, color }) =>
    team(name, 'team', regions.find((one) => one.name === region)?.id ?? null, color),
  )
  const members = demoTeams.flatMap(({ people }, at) => people.map((name) => ({ name, teamId: teams[at]?.id ?? '' })))
  const people = members.map(
    ({ name, teamId }, at): Person => ({
      id: newId(),
      name,
      email: null,
      memberships: [{ teamId, fromMs: null, toMs: null }],
      identities: [{ sourceId, externalId: demoSellers()[at]?.externalId ?? '' }],
      track: at % 3 === 0 ? 'farmer' : 'hunter',
      tier: at % 5 === 0 ? 'newcomer' : 'senior',
      hiredOn: addDays(localDay(nowMs, 'UTC'), -120 - at * 40),
      leaveDays: [],
      locale: null,
      active: true,
    }),
  )
  return { teams: [root, ...regions, ...teams], people }
}
