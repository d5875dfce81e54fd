import type { Connection, Model } from 'mongoose'
import { type DefinedBadge, definedBadgeSchema } from '#shared/badge.ts'
import { contestSchema } from '#shared/contest.ts'
import { type Streak, streakSchema } from '#shared/streak.ts'
import type { DefinitionModel, Stored } from './definitionCollections.ts'
import type {
  BadgeGrantDoc,
  ContestDoc,
  ContestOutcomeDoc,
  FeedDoc,
  RestatementDoc,
  StreakRunDoc,
} from './gameDocuments.ts'
import { collection, Mixed } from './schema.ts'

/** Contests, recognition and the feed. */
export interface GameCollections {
  contests: Model<ContestDoc>
  contestResults: Model<ContestOutcomeDoc>
  restatements: Model<RestatementDoc>
  feed: Model<FeedDoc>
  badges: DefinitionModel<DefinedBadge>
  badgeGrants: Model<BadgeGrantDoc>
  streaks: DefinitionModel<Streak>
  streakRuns: Model<StreakRunDoc>
}

const feedKeptSeconds = 90 * 86_400
const text = { type: String, required: true }
const maybeText = { type: String, default: null }
const number = { type: Number, required: true }
const instant = { type: Date, required: true }
const flag = { type: Boolean, required: true }

/** zod has checked what people define, so of those the database only knows the names of the fields. */
function fieldsOf(shape: Record<string, unknown>): Record<string, typeof Mixed> {
  return Object.fromEntries(Object.keys(shape).flatMap((key) => (key === 'id' ? [] : [[key, Mixed]])))
}

/** Defines the collections of the game. */
export function gameCollections(connection: Connection): GameCollections {
  return {
    contests: collection<ContestDoc>(
      connection,
      'contests',
      { org: text, ...fieldsOf(contestSchema.shape), lateDue: flag, lateMarks: number },
      [
        [{ org: 1, startsAtMs: -1 }],
        [{ org: 1, endsAtMs: -1 }],
        [{ finalAtMs: 1, startsAtMs: 1 }],
        [{ lateDue: 1 }, { partialFilterExpression: { lateDue: true } }],
      ],
    ),
    contestResults: collection<ContestOutcomeDoc>(
      connection,
      'contestResults',
      { org: text, contestId: text, decidedAt: instant, result: Mixed, hash: maybeText, people: Mixed, landing: Mixed },
      [[{ org: 1, contestId: 1 }]],
    ),
    restatements: collection<RestatementDoc>(
      connection,
      'restatements',
      { org: text, contestId: text, at: instant, result: Mixed, hash: text },
      [[{ contestId: 1, at: -1 }]],
    ),
    feed: collection<FeedDoc>(connection, 'feed', { org: text, at: instant, revision: number, item: Mixed }, [
      [{ org: 1, at: -1 }],
      [{ at: 1 }, { expireAfterSeconds: feedKeptSeconds }],
    ]),
    badges: collection<Stored<DefinedBadge>>(
      connection,
      'badges',
      { org: text, ...fieldsOf(definedBadgeSchema.shape) },
      [[{ org: 1 }], [{ past: 1 }, { partialFilterExpression: { past: { $type: 'string' } } }]],
    ),
    badgeGrants: collection<BadgeGrantDoc>(
      connection,
      'badgeGrants',
      {
        org: text,
        badgeId: text,
        personId: text,
        periodKey: text,
        at: instant,
        grantedAt: instant,
        revokedAt: { type: Date, default: null },
        declined: flag,
        told: flag,
        entries: number,
      },
      [[{ org: 1, personId: 1, at: -1 }], [{ org: 1, badgeId: 1 }]],
    ),
    streaks: collection<Stored<Streak>>(connection, 'streaks', { org: text, ...fieldsOf(streakSchema.shape) }, [
      [{ org: 1 }],
    ]),
    streakRuns: collection<StreakRunDoc>(
      connection,
      'streakRuns',
      {
        org: text,
        streakId: text,
        personId: text,
        fromDay: maybeText,
        lastDay: maybeText,
        days: number,
        best: number,
        entries: number,
        basis: text,
      },
      [[{ org: 1, streakId: 1 }]],
    ),
  }
}
