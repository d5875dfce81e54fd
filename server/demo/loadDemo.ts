import { contestInputSchema } from '#shared/contest.ts'
import { defaultDefinitions } from '#shared/defaults.ts'
import type { Metric } from '#shared/metric.ts'
import type { OrganizationSettings } from '#shared/organization.ts'
import { createContest, frozenContest } from '../data/contests.ts'
import { definitionsOf, toStored } from '../data/definitions.ts'
import { createOrganization } from '../data/newOrganization.ts'
import type { Queues } from '../data/queues.ts'
import type { Stores } from '../data/stores.ts'
import { newId, tokenHash } from '../data/tokens.ts'
import { makeHistory } from './demoHistory.ts'
import { type DemoPeople, demoPeople } from './demoPeople.ts'

const dayMs = 86_400_000

/** What is needed to load a demo floor. Its key is chosen before, so that the simulator has it whatever happens after. */
export interface DemoPlan {
  org: string
  key: string
  settings: OrganizationSettings
  nowMs: number
  onProgress(text: string): void
}

/** Makes the demo organization: 26 people in four teams, a contest, six weeks of history. */
export async function loadDemo(stores: Stores, queues: Queues, plan: DemoPlan): Promise<void> {
  const { mongo } = stores
  const { org, key, settings, nowMs } = plan
  const sourceId = newId()
  const floor = demoPeople(newId, { company: settings.name, sourceId, nowMs })
  const ids = new Map<string, string>()
  const idOf = (name: string) => ids.get(name) ?? ids.set(name, newId()).get(name) ?? name
  const definitions = defaultDefinitions(idOf, settings)
  await createOrganization(mongo, { org, settings, ...definitions, teams: floor.teams })
  await mongo.people.insertMany(floor.people.map((person) => toStored(org, person)))
  await mongo.users.insertMany(demoUsers(org, floor, nowMs))
  const createdAt = new Date(nowMs)
  await mongo.sources.create({ _id: sourceId, org, name: 'Demo CRM', createdAt, lastActivityAt: null, active: true })
  const hint = key.slice(0, 9)
  await mongo.apiKeys.create({
    _id: tokenHash(key),
    org,
    sourceId,
    hint,
    scopes: ['activities:write'],
    createdAt,
    revokedAt: null,
  })
  await startContest(stores, queues, { org, floor, metrics: definitions.metrics, nowMs })
  const { zone, currency } = settings
  await makeHistory(mongo, queues, { org, sourceId, zone, currency, nowMs, onProgress: plan.onProgress })
}

/** Two teams play for a week, from two hours ago, so that there is something to see at once. */
async function startContest(
  stores: Stores,
  queues: Queues,
  { org, floor, metrics, nowMs }: { org: string; floor: DemoPeople; metrics: readonly Metric[]; nowMs: number },
): Promise<void> {
  const sides = floor.teams
    .filter((team) => team.level === 'team')
    .slice(0, 2)
    .map(({ id, name, color }) => ({
      teamId: id,
      name,
      color,
      roster: floor.people.filter((person) => person.memberships[0]?.teamId === id).map((person) => person.id),
    }))
  const input = contestInputSchema.parse({
    name: { en: 'Week of the closers', 'zh-CN': '冲单周' },
    metricId: metrics.find((metric) => metric.slug === 'points')?.id,
    sides,
    startsAtMs: nowMs - 2 * 3_600_000,
    endsAtMs: nowMs + 7 * dayMs,
    graceMs: 3_600_000,
    aggregation: 'per-capita',
  })
  const definitions = await definitionsOf(stores.mongo, org)
  const contest = definitions && frozenContest(definitions, input, newId())
  if (contest) await createContest({ stores, queues }, org, contest)
}

function demoUsers(org: string, { people }: DemoPeople, nowMs: number) {
  const rep = people[2]
  const user = (name: string, role: 'viewer' | 'rep' | 'manager', personId: string | null) => ({
    _id: newId(),
    org,
    name,
    email: null,
    passwordHash: null,
    role,
    personId,
    teamId: null,
    active: true,
    createdAt: new Date(nowMs),
  })
  return [
    user('Wall', 'viewer', null),
    user('Nadia Keller', 'manager', null),
    user(rep?.name ?? 'Rep', 'rep', rep?.id ?? null),
  ]
}
