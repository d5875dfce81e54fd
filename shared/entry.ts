import type { LocalDay } from './schema.ts'

/** One metric's part of an entry. */
export interface Line {
  metricId: string
  /** The points rule that awarded it; `null` for a metric's own line. */
  ruleId: string | null
  /** Integer: 1 for a count, minor units for money, the measure else. Negated in a reversal. */
  amount: number
  /** What a distinct metric tells apart; `null` for the other aggregates. */
  key: string | null
}

/**
 * What one revision of an activity is worth to one person: written once, never edited.
 * A reversal carries the lines of the entry that it cancels, negated, and the same person, team, day and instant.
 */
export interface Entry {
  /** `<activityKey>.<slot>`, slots counted per activity from 0; a reversal's is `<id of the cancelled entry>r`. */
  id: string
  activityKey: string
  revision: number
  personId: string
  /** The person's team when it happened. */
  teamId: string | null
  day: LocalDay
  occurredAtMs: number
  recordedAtMs: number
  lines: readonly Line[]
  /** Id of the entry that this one cancels. */
  reverses: string | null
}

/** An entry before it has its place in the activity's chain. */
export type EntryDraft = Omit<Entry, 'id' | 'reverses'>
