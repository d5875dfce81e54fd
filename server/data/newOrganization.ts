import type { Badge } from '#shared/badge.ts'
import type { Board } from '#shared/board.ts'
import type { Metric } from '#shared/metric.ts'
import type { OrganizationSettings } from '#shared/organization.ts'
import type { PointsRule } from '#shared/points.ts'
import type { Streak } from '#shared/streak.ts'
import type { Team } from '#shared/team.ts'
import { toStored } from './definitions.ts'
import type { Mongo } from './mongo.ts'
import { ensureManualSource } from './sources.ts'

/** What a new organization is made of. */
export interface NewOrganization {
  org: string
  settings: OrganizationSettings
  teams: readonly Team[]
  metrics: readonly Metric[]
  rules: readonly PointsRule[]
  boards: readonly Board[]
  badges?: readonly Badge[]
  streaks?: readonly Streak[]
}

/** Stores a new organization with its definitions and the source of own entries. */
export async function createOrganization(
  mongo: Mongo,
  { org, settings, teams, metrics, rules, boards, badges = [], streaks = [] }: NewOrganization,
): Promise<void> {
  const stored = <T extends { id: string }>(list: readonly T[]) => list.map((one) => toStored(org, one))
  await mongo.organizations.create({ _id: org, ...settings, createdAt: new Date(), version: 1, boardsVersion: 1 })
  await mongo.teams.insertMany(stored(teams))
  await mongo.metrics.insertMany(stored(metrics))
  await mongo.pointsRules.insertMany(stored(rules))
  await mongo.boards.insertMany(stored(boards))
  await mongo.badges.insertMany(stored(badges.map((badge) => ({ ...badge, past: null }))))
  await mongo.streaks.insertMany(stored(streaks))
  await ensureManualSource(mongo, org, settings.locale)
}

/** Takes a half-made organization back, its users first: where there is one, it is whole. */
export async function dropOrganization(mongo: Mongo, org: string): Promise<void> {
  const game = [mongo.badges, mongo.streaks]
  const collections = [mongo.users, ...game, mongo.sources, mongo.boards, mongo.pointsRules, mongo.metrics, mongo.teams]
  for (const model of collections) await model.collection.deleteMany({ org })
  await mongo.organizations.deleteOne({ _id: org })
}
