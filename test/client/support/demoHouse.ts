import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { BrowserContext } from 'playwright-core'
import { build } from 'vite'
import { toStored } from '#server/data/definitions.ts'
import { createOrganization } from '#server/data/newOrganization.ts'
import { demoTeams } from '#server/demo/floor.ts'
import { makeActivity } from '#server/demo/makeActivity.ts'
import { seededRandom } from '#server/demo/random.ts'
import type { Role } from '#shared/contract/session.ts'
import { defaultDefinitions } from '#shared/defaults.ts'
import type { OrganizationSettings } from '#shared/organization.ts'
import type { Person } from '#shared/person.ts'
import type { Team } from '#shared/team.ts'
import { type Caller, caller } from '../../support/caller.ts'
import { type House, openHouse } from '../../support/house.ts'
import { addSource, addUser } from '../../support/tenant.ts'

const org = 'demo'
const hourMs = 3_600_000
const settings: OrganizationSettings = {
  name: 'Northwind',
  zone: 'Asia/Shanghai',
  locale: 'en',
  currency: 'USD',
  weekStart: 1,
  fiscalYearStartMonth: 1,
  fiscalCalendar: 'months',
  calendar: { workingWeekdays: [1, 2, 3, 4, 5, 6, 7], exceptions: [] },
}

/** A house with the demo's people, yesterday and the last hours behind them, and a user of each role. */
export interface DemoHouse {
  house: House
  people: Person[]
  teams: Team[]
  as(role: Role): Caller
  /** Signs a browser in. */
  signIn(context: BrowserContext, role: Role): Promise<void>
}

/** Opens it, with a built client; `npm test` has built one already. */
export async function openDemoHouse(): Promise<DemoHouse> {
  const root = join(import.meta.dirname, '../../..')
  if (!existsSync(join(root, 'dist/index.html')))
    await build({ configFile: join(root, 'vite.config.ts'), logLevel: 'error' })
  const house = await openHouse()
  const { mongo } = house.web.stores
  const teams = makeTeams()
  const people = demoTeams.flatMap((team) => team.people.map((name) => makePerson(name, team.name)))
  await createOrganization(mongo, { org, settings, teams, ...defaultDefinitions(idOf, settings) })
  await mongo.people.insertMany(people.map((one) => toStored(org, one)))
  const key = await addSource(mongo, { org, sourceId: 'demo-crm', name: 'CRM' })
  const tokens = {} as Record<Role, string>
  for (const role of ['viewer', 'rep', 'manager', 'admin'] as const) {
    const personId = role === 'rep' ? (people[2]?.id ?? null) : null
    tokens[role] = await addUser(mongo, {
      _id: `demo-${role}`,
      org,
      name: role === 'rep' ? (people[2]?.name ?? '') : 'Nadia Keller',
      role,
      personId,
    })
  }
  const as = (role: Role) => caller(house.url, { cookie: `pitboard_session=${tokens[role]}` })
  await makeHistory(caller(house.url, { authorization: `Bearer ${key}` }), people)
  await house.settle()
  return {
    house,
    people,
    teams,
    as,
    signIn: (context, role) =>
      context.addCookies([{ name: 'pitboard_session', value: tokens[role], url: house.url, httpOnly: true }]),
  }
}

/** Ids are unique over all organizations. */
const idOf = (name: string) => `demo-${name.toLowerCase().replaceAll('.', '-')}`

function makeTeams(): Team[] {
  const team = (name: string, level: Team['level'], parentId: string | null, color: number): Team => ({
    id: idOf(name),
    name,
    level,
    parentId,
    color,
  })
  return [
    team('Northwind', 'company', null, 12),
    team('North', 'region', idOf('Northwind'), 9),
    team('South', 'region', idOf('Northwind'), 10),
    ...demoTeams.map((one) => team(one.name, 'team', idOf(one.region), one.color)),
  ]
}

let made = 0

function makePerson(name: string, teamName: string): Person {
  made += 1
  return {
    id: `demo-person-${made}`,
    name,
    email: null,
    memberships: [{ teamId: idOf(teamName), fromMs: null, toMs: null }],
    identities: [{ sourceId: 'demo-crm', externalId: `rep-${made}` }],
    track: made % 3 === 0 ? 'farmer' : 'hunter',
    tier: made % 5 === 0 ? 'newcomer' : 'senior',
    hiredOn: '2025-03-01',
    leaveDays: [],
    locale: null,
    active: true,
  }
}

/** Two days of work; the last four people are silent, and one name is unknown. */
async function makeHistory(source: Caller, people: readonly Person[]): Promise<void> {
  const random = seededRandom(5)
  const now = Date.now()
  const activities = people.slice(0, -4).flatMap((person, at) =>
    Array.from({ length: 14 }, (_, index) =>
      makeActivity(random, {
        externalId: `a-${at}-${index}`,
        personExternalId: person.identities[0]?.externalId ?? '',
        atMs: Math.round(now - random() * (index < 9 ? 3 : 26) * hourMs),
        currency: settings.currency,
        skill: 0.6 + random() * 3,
      }),
    ),
  )
  const unknown = Array.from({ length: 5 }, (_, index) =>
    makeActivity(random, {
      externalId: `u-${index}`,
      personExternalId: 'GTXPro',
      atMs: now - index * hourMs,
      currency: settings.currency,
      skill: 1,
    }),
  )
  const answer = await source.post('/activities', [...activities, ...unknown])
  if (answer.status !== 202) throw new Error(`The demo's activities were refused: ${JSON.stringify(answer.body)}`)
}
