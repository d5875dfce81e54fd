import type { DefinedBadge } from '#shared/badge.ts'
import type { Board } from '#shared/board.ts'
import type { Metric } from '#shared/metric.ts'
import type { Organization } from '#shared/organization.ts'
import type { Person } from '#shared/person.ts'
import type { PointsRule } from '#shared/points.ts'
import type { Streak } from '#shared/streak.ts'
import { type Team, teamPath } from '#shared/team.ts'
import { compileValues, type Values } from '#shared/value.ts'
import type { Stored } from './definitionCollections.ts'
import type { OrganizationDoc } from './documents.ts'
import type { Mongo } from './mongo.ts'

/** All that an organization has defined, read at one version. */
export interface Definitions {
  organization: Organization
  version: number
  boardsVersion: number
  metrics: Metric[]
  rules: PointsRule[]
  boards: Board[]
  badges: DefinedBadge[]
  streaks: Streak[]
  /** How values come from tallies. */
  values: Values
  people: Map<string, Person>
  teams: Map<string, Team>
  /** Person by `id:`, `email:` or `external:<source>:` and the value. */
  personIds: Map<string, string>
  /** Of each team: itself and all above it. */
  teamPaths: Map<string, string[]>
}

/** What this process read last, and when it last saw that it was still so. */
interface Known {
  definitions: Definitions
  seenMs: number
}

const cache = new WeakMap<Mongo, Map<string, Known>>()
const recentMs = 1000

/** The organization's definitions as of now: one small read when nothing has changed, `null` when there is no such organization. */
export async function definitionsOf(mongo: Mongo, org: string): Promise<Definitions | null> {
  const doc = (await mongo.organizations.collection.findOne(
    { _id: org as never },
    { maxTimeMS: 10_000 },
  )) as unknown as OrganizationDoc | null
  if (!doc) return null
  const known = cache.get(mongo) ?? new Map<string, Known>()
  cache.set(mongo, known)
  const seenMs = performance.now()
  const cached = known.get(org)
  if (cached?.definitions.version === doc.version) {
    cached.seenMs = seenMs
    return cached.definitions
  }
  const definitions = await loadDefinitions(mongo, doc)
  // What is read amid a change may be a part of it, under the version before.
  if (!doc.changingSince) known.set(org, { definitions, seenMs })
  return definitions
}

/** The definitions as this process read them last; they may have changed since. */
export function lastDefinitions(mongo: Mongo, org: string): Definitions | null {
  return cache.get(mongo)?.get(org)?.definitions ?? null
}

/** As `lastDefinitions`, if it was seen within the last second that they are still so. */
export function recentDefinitions(mongo: Mongo, org: string): Definitions | null {
  const known = cache.get(mongo)?.get(org)
  return known && performance.now() - known.seenMs < recentMs ? known.definitions : null
}

/** News came that they have changed: what was seen before is no longer recent. */
export function unseeDefinitions(mongo: Mongo, org: string): void {
  const known = cache.get(mongo)?.get(org)
  if (known) known.seenMs = Number.NEGATIVE_INFINITY
}

/** The version that the definitions have now. */
export async function definitionsVersion(mongo: Mongo, org: string): Promise<number> {
  const doc = await mongo.organizations.collection.findOne(
    { _id: org as never },
    { projection: { version: 1 }, maxTimeMS: 10_000 },
  )
  const version = Number(doc?.version ?? 0)
  const known = cache.get(mongo)?.get(org)
  if (known?.definitions.version === version) known.seenMs = performance.now()
  return version
}

/** Says that definitions have changed; `boards: true` also makes every board be derived anew. */
export async function bumpVersion(mongo: Mongo, org: string, { boards }: { boards: boolean }): Promise<void> {
  await mongo.organizations.updateOne({ _id: org }, { $inc: { version: 1, boardsVersion: boards ? 1 : 0 } })
}

async function loadDefinitions(
  mongo: Mongo,
  { _id, createdAt: _c, changingSince: _s, rederiveDue: _r, version, boardsVersion, ...settings }: OrganizationDoc,
): Promise<Definitions> {
  const all = async <T extends { id: string }>(model: { collection: Mongo['boards']['collection'] }): Promise<T[]> => {
    const docs = (await model.collection
      .find({ org: _id }, { maxTimeMS: 30_000, batchSize: 5000 })
      .sort({ _id: 1 })
      .toArray()) as unknown as Stored<T>[]
    return docs.map(fromStored<T>)
  }
  const [metrics, rules, boards, badges, streaks, people, teams] = await Promise.all([
    all<Metric>(mongo.metrics),
    all<PointsRule>(mongo.pointsRules),
    all<Board>(mongo.boards),
    all<DefinedBadge>(mongo.badges),
    all<Streak>(mongo.streaks),
    all<Person>(mongo.people),
    all<Team>(mongo.teams),
  ])
  const personIds = new Map<string, string>()
  for (const person of people) {
    personIds.set(`id:${person.id}`, person.id)
    if (person.email) personIds.set(`email:${person.email}`, person.id)
    for (const { sourceId, externalId } of person.identities)
      personIds.set(`external:${sourceId}:${externalId}`, person.id)
  }
  const teamsById = new Map(teams.map((team) => [team.id, team]))
  return {
    organization: { id: _id, ...settings },
    version,
    boardsVersion,
    metrics,
    rules,
    values: compileValues(metrics),
    boards: boards.sort((a, b) => a.position - b.position),
    badges,
    streaks,
    people: new Map(people.map((person) => [person.id, person])),
    teams: teamsById,
    personIds,
    teamPaths: new Map(teams.map((team) => [team.id, teamPath(teamsById, team.id)])),
  }
}

/** A stored definition as the rest of the program knows it. */
export function fromStored<T extends { id: string }>({ _id, org: _org, ...rest }: Stored<T>): T {
  return { id: _id, ...rest } as unknown as T
}

/** A definition as it is stored. */
export function toStored<T extends { id: string }>(org: string, { id, ...rest }: T): Stored<T> {
  return { _id: id, org, ...rest } as unknown as Stored<T>
}
