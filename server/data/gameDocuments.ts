import type { Contest } from '#shared/contest.ts'
import type { ContestResult } from '#shared/contestResult.ts'
import type { FeedItem } from '#shared/contract/feed.ts'
import type { Landing } from './contestLanding.ts'
import type { Stored } from './definitionCollections.ts'

/** A contest with how late facts are noticed. */
export interface ContestDoc extends Stored<Contest> {
  /** Something about the contest may have changed after it closed: look at what the result would be now. */
  lateDue: boolean
  /** Grows with every such mark, so that one that is made during a look is not lost. */
  lateMarks: number
}

/** How a contest ended, written once: its result, or that it was cancelled. Only one of the two can be first. */
export interface ContestOutcomeDoc {
  /** `<contestId>.1` */
  _id: string
  org: string
  contestId: string
  decidedAt: Date
  /** `null`: cancelled. */
  result: ContestResult | null
  /** SHA-256 of the result's canonical JSON, hex; `null`: cancelled. */
  hash: string | null
  /** Who was who when it closed: [reference, person id], for all that are named in activities of its time. */
  people: [ref: string, personId: string][]
  /** What had landed of the last moments before it closed; `null`: cancelled. */
  landing: Landing | null
}

/** What the result would have been with what became known after the close. */
export interface RestatementDoc {
  /** `<contestId>.<hash>` */
  _id: string
  org: string
  contestId: string
  at: Date
  result: ContestResult
  hash: string
}

/** An item of the feed. */
export interface FeedDoc {
  _id: string
  org: string
  /** When it happened; old ones are dropped by it. */
  at: Date
  /** Revision of the activity that it shows: an older one never takes its place. */
  revision: number
  /** `null`: taken back; the document stays, so that an older revision cannot bring it again. */
  item: FeedItem | null
}

/** A badge that a person has for a period, and what became of it. Its id is `grantId` of shared/badge.ts. */
export interface BadgeGrantDoc {
  _id: string
  org: string
  badgeId: string
  personId: string
  periodKey: string
  /** When the value was reached (business time). */
  at: Date
  grantedAt: Date
  revokedAt: Date | null
  /** It was reached before the badge existed, and that shall not count: never shown. */
  declined: boolean
  /** The floor has been told, or shall not be. */
  told: boolean
  /** Ledger lines behind the last decision: a decision from fewer is older. */
  entries: number
}

/** The last run of a person's streak, as of its last met day. */
export interface StreakRunDoc {
  /** `<streakId>.<personId>` */
  _id: string
  org: string
  streakId: string
  personId: string
  /** First and last met day of the last run; `null`: no day was ever met. */
  fromDay: string | null
  lastDay: string | null
  days: number
  best: number
  /** Ledger lines behind it: a run from fewer is older. */
  entries: number
  /** Hash of what it was worked out by: target, metric, calendar, leave. */
  basis: string
}
