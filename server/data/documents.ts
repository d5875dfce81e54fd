import type { AttributeValue, Evidence, PersonRef } from '#shared/activity.ts'
import type { Line } from '#shared/entry.ts'
import type { OrganizationSettings } from '#shared/organization.ts'

/** An organization and the numbers that grow with each change of its definitions. */
export interface OrganizationDoc extends OrganizationSettings {
  _id: string
  createdAt: Date
  /** Grows with every change of people, teams, metrics, rules, boards, badges, streaks or contests. */
  version: number
  /** Grows with the changes that make boards stale; part of every board key in Redis. */
  boardsVersion: number
  /** Set while definitions are being changed; a sweep finishes what was left so. */
  changingSince?: Date
  /** Since when all activities are due to be scored again; a sweep enqueues what Redis has lost. */
  rederiveSince?: Date
}

/** One revision of an activity as it was received. Only the two marks at the end ever change. */
export interface ActivityDoc {
  /** `<key>.<revision>`: storing it again is a duplicate key. */
  _id: string
  org: string
  /** Hash of (organization, source, external id). */
  key: string
  sourceId: string
  externalId: string
  revision: number
  kind: string
  credits: { person: PersonRef; weight: number }[]
  occurredAt: Date
  recordedAt: Date
  valueMinor: number | null
  currency: string | null
  quantity: number
  attributes: Record<string, AttributeValue>
  voided: boolean
  evidence: Evidence
  /** Hash of the content, so that a repeat is told from a contradiction. */
  digest: string
  /** Set until the line has taken it to the end; a sweep finds what was left behind. */
  pendingSince?: Date
  /** Set while a person of it is unknown. */
  unmatched?: true
}

/** A ledger entry; see `Entry` in shared/entry.ts. */
export interface EntryDoc {
  _id: string
  org: string
  activityKey: string
  revision: number
  personId: string
  teamId: string | null
  day: string
  occurredAt: Date
  recordedAt: Date
  lines: Line[]
  reverses: string | null
}

/** A day's summary as stored: short names, since there are many. */
export interface CellDoc {
  n: number
  c: number
  s: number
  m: number | null
  t: number | null
  /** Distinct keys with their counts; a list, since a key may hold any character. */
  k?: { k: string; n: number }[]
  r?: Record<string, number>
}

/** A month of tallies for one member (a person in a team, or the team itself). */
export interface TallyPageDoc {
  /** `<org>.<memberId>.<teamId or ->.<month>`, and `.<part>` if there is one. */
  _id: string
  org: string
  memberId: string
  of: 'people' | 'teams'
  /** '' for most metrics; the id of one that tells keys apart. */
  part: string
  teamId: string | null
  month: string
  /** By metric and day of the month. */
  metrics: Record<string, Record<string, CellDoc>>
  /** Grows with every write: a write that read an older one is refused. */
  version: number
  /** The pass that wrote it last. */
  writer: string
}
