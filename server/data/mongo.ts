import mongoose, { type Connection, type Model } from 'mongoose'
import { type DefinitionCollections, definitionCollections } from './definitionCollections.ts'
import type { ActivityDoc, EntryDoc, OrganizationDoc, TallyPageDoc } from './documents.ts'
import { type GameCollections, gameCollections } from './gameCollections.ts'
import { type IdentityCollections, identityCollections } from './identityCollections.ts'
import { type ImportCollections, importCollections } from './importCollections.ts'
import type { PageCache } from './pageCache.ts'
import { collection, Mixed } from './schema.ts'

/** Every collection of the document database, by name. */
export interface Mongo extends IdentityCollections, DefinitionCollections, GameCollections, ImportCollections {
  connection: Connection
  organizations: Model<OrganizationDoc>
  activities: Model<ActivityDoc>
  entries: Model<EntryDoc>
  tallies: Model<TallyPageDoc>
  /** Tally pages that this process keeps, where it works on them again and again. */
  pageCache?: PageCache
}

const text = { type: String, required: true }
const number = { type: Number, required: true }
const instant = { type: Date, required: true }
const flag = { type: Boolean, required: true }
const maybe = (type: unknown) => ({ type, default: null })

/** Connects and makes sure that every collection and index is there; fails after `timeoutMs` without a database. */
export async function connectMongo(url: string, timeoutMs = 15_000): Promise<Mongo> {
  const connection = mongoose.createConnection(url, {
    serverSelectionTimeoutMS: timeoutMs,
    socketTimeoutMS: 60_000,
    maxPoolSize: 20,
    w: 'majority',
    journal: true,
    sanitizeFilter: false,
  })
  connection.on('error', () => undefined)
  await connection.asPromise()
  const mongo: Mongo = {
    connection,
    ...identityCollections(connection),
    ...definitionCollections(connection),
    ...gameCollections(connection),
    ...importCollections(connection),
    organizations: collection<OrganizationDoc>(
      connection,
      'organizations',
      {
        name: text,
        zone: text,
        locale: text,
        currency: text,
        weekStart: number,
        fiscalYearStartMonth: number,
        fiscalCalendar: text,
        calendar: Mixed,
        createdAt: instant,
        version: number,
        boardsVersion: number,
        changingSince: Date,
        rederiveSince: Date,
      },
      [
        [{ changingSince: 1 }, { sparse: true }],
        [{ rederiveSince: 1 }, { sparse: true }],
      ],
    ),
    activities: collection<ActivityDoc>(
      connection,
      'activities',
      {
        org: text,
        key: text,
        sourceId: text,
        externalId: text,
        revision: number,
        kind: text,
        credits: Mixed,
        occurredAt: instant,
        recordedAt: instant,
        valueMinor: maybe(Number),
        currency: maybe(String),
        quantity: number,
        attributes: Mixed,
        voided: flag,
        evidence: text,
        digest: text,
        pendingSince: Date,
        unmatched: Boolean,
      },
      [
        [{ key: 1 }],
        [{ org: 1, occurredAt: -1 }],
        [{ pendingSince: 1 }, { sparse: true }],
        [{ org: 1, unmatched: 1 }, { partialFilterExpression: { unmatched: true } }],
      ],
    ),
    entries: collection<EntryDoc>(
      connection,
      'entries',
      {
        org: text,
        activityKey: text,
        revision: number,
        personId: text,
        teamId: maybe(String),
        day: text,
        occurredAt: instant,
        recordedAt: instant,
        lines: Mixed,
        reverses: maybe(String),
      },
      [[{ activityKey: 1 }], [{ org: 1, personId: 1, day: 1 }], [{ org: 1, teamId: 1, day: 1 }]],
    ),
    tallies: collection<TallyPageDoc>(
      connection,
      'tallies',
      {
        org: text,
        memberId: text,
        of: text,
        part: { type: String, default: '' },
        teamId: maybe(String),
        month: text,
        metrics: Mixed,
        version: number,
        writer: text,
      },
      [[{ org: 1, memberId: 1, month: 1 }], [{ org: 1, of: 1, month: 1, memberId: 1 }]],
    ),
  }
  await Promise.all(Object.values(connection.models).map((model) => model.init()))
  return mongo
}
