import { type TeamDay, teamDaySchema } from '#shared/contract/teamDay.ts'
import { addDays, dayStartMs, localDay } from '#shared/period.ts'
import { teamAt } from '#shared/person.ts'
import type { Definitions } from '../data/definitions.ts'
import { lastKnown } from '../data/lastKnown.ts'
import type { Mongo } from '../data/mongo.ts'
import { unmatchedCount } from '../data/unmatched.ts'
import { knownDefinitions } from '../http/knownDefinitions.ts'
import type { UserPrincipal } from '../http/principal.ts'
import { reachesPerson } from '../http/reach.ts'
import { type Route, route } from '../http/route.ts'

const listed = 50
const lookBackDays = 30

/** What a manager looks at first. */
export function teamDayRoutes(mongo: Mongo): Route[] {
  return [
    route({
      method: 'get',
      path: '/team/day',
      summary: 'The day of the own teams: who is silent, what waits in the tray',
      permit: 'manager',
      answer: teamDaySchema,
      async handle({ principal }) {
        const definitions = await knownDefinitions(mongo, principal.org)
        return await readTeamDay(mongo, definitions, principal, Date.now())
      },
    }),
  ]
}

async function readTeamDay(
  mongo: Mongo,
  definitions: Definitions,
  principal: UserPrincipal,
  nowMs: number,
): Promise<TeamDay> {
  const { id: org, zone } = definitions.organization
  const day = localDay(nowMs, zone)
  const people = [...definitions.people.values()].filter(
    (person) =>
      person.active && !person.leaveDays.includes(day) && reachesPerson(definitions, principal, person, nowMs),
  )
  const since = addDays(day, -lookBackDays)
  const [known, unmatched] = await Promise.all([
    lastKnown(mongo, {
      org,
      personIds: new Set(people.map((person) => person.id)),
      fromMonth: since.slice(0, 7),
      toMonth: day.slice(0, 7),
    }),
    unmatchedCount(mongo, org),
  ])
  const todayMs = dayStartMs(day, zone)
  const sinceMs = dayStartMs(since, zone)
  const silent = people
    .map((person) => ({ person, lastAtMs: known.get(person.id) ?? 0 }))
    .filter(({ lastAtMs }) => lastAtMs < todayMs)
    .sort((a, b) => a.lastAtMs - b.lastAtMs || (a.person.name < b.person.name ? -1 : 1))
  return {
    day,
    people: people.length,
    silent: silent.slice(0, listed).map(({ person, lastAtMs }) => {
      const teamId = teamAt(person, nowMs)
      const team = teamId === null ? undefined : definitions.teams.get(teamId)
      return {
        personId: person.id,
        name: person.name,
        teamName: team?.name ?? null,
        color: team?.color ?? null,
        lastAtMs: lastAtMs >= sinceMs ? lastAtMs : null,
      }
    }),
    silentTotal: silent.length,
    unmatched,
  }
}
