import { defaultDefinitions } from '#shared/defaults.ts'
import type { OrganizationSettings } from '#shared/organization.ts'
import { addDays, dayStartMs, localDay, weekday } from '#shared/period.ts'
import { storeActivities } from '../data/activities.ts'
import { isRejection, parseActivity } from '../data/activityParsing.ts'
import { toStored } from '../data/definitions.ts'
import type { Mongo } from '../data/mongo.ts'
import type { Queues } from '../data/queues.ts'
import { newId, newToken, tokenHash } from '../data/tokens.ts'
import { demoTeams } from './floor.ts'
import { makeActivity } from './makeActivity.ts'
import { seededRandom } from './random.ts'

const historyDays = 45
const dayMs = 86_400_000

/** What the simulator needs to go on where the history ends. */
export interface DemoKeys {
  org: string
  key: string
  people: { externalId: string; skill: number }[]
}

/** Makes the demo organization: a floor of 26 people in four teams with six weeks of history, and a key for its simulator. */
export async function loadDemo(
  mongo: Mongo,
  queues: Queues,
  { settings, nowMs, onProgress }: { settings: OrganizationSettings; nowMs: number; onProgress(text: string): void },
): Promise<DemoKeys> {
  const org = newId()
  const sourceId = newId()
  await mongo.organizations.create({ _id: org, ...settings, createdAt: new Date(nowMs), version: 1, boardsVersion: 1 })
  await mongo.sources.create({
    _id: sourceId,
    org,
    name: 'Demo CRM',
    createdAt: new Date(nowMs),
    lastActivityAt: null,
    active: true,
  })
  const people = await makePeople(mongo, org, { sourceId, nowMs, name: settings.name })
  const ids = new Map<string, string>()
  const idOf = (name: string) => ids.get(name) ?? ids.set(name, newId()).get(name) ?? name
  const { metrics, rules, boards, badges, streaks } = defaultDefinitions(idOf, settings)
  await mongo.metrics.insertMany(metrics.map((one) => toStored(org, one)))
  await mongo.pointsRules.insertMany(rules.map((one) => toStored(org, one)))
  await mongo.boards.insertMany(boards.map((one) => toStored(org, one)))
  await mongo.badges.insertMany(badges.map((one) => toStored(org, { ...one, past: null })))
  await mongo.streaks.insertMany(streaks.map((one) => toStored(org, one)))
  const key = `pb_${newToken()}`
  await mongo.apiKeys.create({
    _id: tokenHash(key),
    org,
    sourceId,
    hint: key.slice(0, 9),
    scopes: ['activities:write'],
    createdAt: new Date(nowMs),
    revokedAt: null,
  })
  await makeHistory(mongo, queues, { org, sourceId, settings, people, nowMs, onProgress })
  return { org, key, people }
}

async function makePeople(
  mongo: Mongo,
  org: string,
  { sourceId, nowMs, name }: { sourceId: string; nowMs: number; name: string },
): Promise<DemoKeys['people']> {
  const random = seededRandom(7)
  const team = (teamName: string, level: string, parentId: string | null, color: number) => ({
    _id: newId(),
    org,
    name: teamName,
    level,
    parentId,
    color,
  })
  const company = team(name, 'company', null, 12)
  const regions = new Map(
    [...new Set(demoTeams.map(({ region }) => region))].map((region, at) => [
      region,
      team(region, 'region', company._id, 9 + at),
    ]),
  )
  const teams = demoTeams.map((one) => team(one.name, 'team', regions.get(one.region)?._id ?? null, one.color))
  await mongo.teams.insertMany([company, ...regions.values(), ...teams] as never[])
  const people = demoTeams.flatMap(({ people: names }, at) =>
    names.map((personName) => ({
      _id: newId(),
      org,
      name: personName,
      teamId: teams[at]?._id ?? '',
      skill: 0.6 + random() * 0.9,
    })),
  )
  await mongo.people.insertMany(
    people.map(({ _id, name: personName, teamId }, at) => ({
      _id,
      org,
      name: personName,
      email: null,
      memberships: [{ teamId, fromMs: null, toMs: null }],
      identities: [{ sourceId, externalId: `rep-${at + 1}` }],
      track: at % 3 === 0 ? ('farmer' as const) : ('hunter' as const),
      tier: at % 5 === 0 ? ('newcomer' as const) : ('senior' as const),
      hiredOn: addDays(localDay(nowMs, 'UTC'), -120 - at * 40),
      leaveDays: [],
      locale: null,
      active: true,
    })),
  )
  const user = (userName: string, role: 'viewer' | 'rep' | 'manager', personId: string | null) => ({
    _id: newId(),
    org,
    name: userName,
    email: null,
    passwordHash: null,
    role,
    personId,
    teamId: null,
    active: true,
    createdAt: new Date(nowMs),
  })
  const rep = people[2]
  await mongo.users.insertMany([
    user('Wall', 'viewer', null),
    user('Nadia Keller', 'manager', null),
    user(rep?.name ?? 'Rep', 'rep', rep?._id ?? null),
  ])
  return people.map(({ skill }, at) => ({ externalId: `rep-${at + 1}`, skill }))
}

async function makeHistory(
  mongo: Mongo,
  queues: Queues,
  {
    org,
    sourceId,
    settings,
    people,
    nowMs,
    onProgress,
  }: {
    org: string
    sourceId: string
    settings: OrganizationSettings
    people: DemoKeys['people']
    nowMs: number
    onProgress(text: string): void
  },
): Promise<void> {
  const random = seededRandom(11)
  const today = localDay(nowMs, settings.zone)
  for (let back = historyDays; back >= 0; back--) {
    const day = addDays(today, -back)
    if (weekday(day) > 5 && back > 0) continue
    const openMs = dayStartMs(day, settings.zone) + 8 * 3_600_000
    // The first people of a morning have begun before the floor is opened, so that the wall of a new demo is not empty.
    const untilMs = back === 0 ? nowMs : openMs + 10 * 3_600_000
    const fromMs =
      back === 0 ? Math.min(openMs, Math.max(nowMs - 3 * 3_600_000, dayStartMs(day, settings.zone))) : openMs
    const docs = people.flatMap(({ externalId, skill }) =>
      Array.from(
        { length: Math.round((6 + random() * 8) * ((untilMs - fromMs) / (10 * 3_600_000)) + (back === 0 ? 2 : 0)) },
        (_, at) => {
          const atMs = Math.round(fromMs + random() * (untilMs - fromMs))
          const made = makeActivity(random, {
            externalId: `${day}-${externalId}-${at}`,
            personExternalId: externalId,
            atMs,
            currency: settings.currency,
            skill,
          })
          const doc = parseActivity(made, 0, { org, sourceId, receivedAtMs: Math.min(nowMs, atMs + dayMs / 24) })
          if (isRejection(doc)) throw new Error(`The demo made an activity that is refused: ${doc.message}`)
          return doc
        },
      ),
    )
    await storeActivities(mongo, docs)
    await queues.score(
      org,
      docs.map((doc) => doc.key),
    )
    onProgress(`history ${historyDays - back} of ${historyDays} days`)
  }
}
