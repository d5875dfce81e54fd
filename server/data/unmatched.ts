import type { Unmatched } from '#shared/contract/unmatched.ts'
import type { Definitions } from './definitions.ts'
import type { ActivityDoc } from './documents.ts'
import type { Mongo } from './mongo.ts'
import type { Queues } from './queues.ts'
import { personOf, refText } from './resolve.ts'

/** Most activities of the tray that are looked at for the list. */
const mostRead = 50_000
const maxKinds = 10

/**
 * What the tray holds, by source and by the name that nobody knows, largest first; at most `limit` of `total`. A name
 * that somebody has by now is left out: its activities are on their way.
 */
export async function unmatchedOf(
  mongo: Mongo,
  { organization, personIds }: Pick<Definitions, 'organization' | 'personIds'>,
  limit: number,
): Promise<{ items: Omit<Unmatched, 'sourceName'>[]; total: number }> {
  const cursor = mongo.activities.collection.find(
    { org: organization.id, unmatched: true },
    {
      projection: { sourceId: 1, credits: 1, kind: 1, occurredAt: 1 },
      limit: mostRead,
      batchSize: 5000,
      maxTimeMS: 20_000,
    },
  )
  const byName = new Map<string, Omit<Unmatched, 'sourceName'>>()
  for await (const doc of cursor as unknown as AsyncIterable<ActivityDoc>) {
    for (const { person: ref } of doc.credits) {
      if (personOf(personIds, doc.sourceId, ref) !== undefined) continue
      const group = `${doc.sourceId} ${Object.keys(ref)[0]} ${refText(ref)}`
      const atMs = doc.occurredAt.getTime()
      const one = byName.get(group) ?? {
        sourceId: doc.sourceId,
        ref,
        activities: 0,
        firstAtMs: atMs,
        lastAtMs: atMs,
        kinds: [],
      }
      byName.set(group, one)
      one.activities += 1
      one.firstAtMs = Math.min(one.firstAtMs, atMs)
      one.lastAtMs = Math.max(one.lastAtMs, atMs)
      if (!one.kinds.includes(doc.kind) && one.kinds.length < maxKinds) one.kinds.push(doc.kind)
    }
  }
  const items = [...byName.values()].sort((a, b) => b.activities - a.activities || b.lastAtMs - a.lastAtMs)
  return { items: items.slice(0, limit), total: items.length }
}

/** How many activities are in the tray, counted to 10,000. */
export async function unmatchedCount(mongo: Mongo, org: string): Promise<number> {
  return await mongo.activities.collection.countDocuments(
    { org, unmatched: true },
    { limit: 10_000, maxTimeMS: 10_000 },
  )
}

/**
 * Takes the activities that one of these names is in out of the tray and down the line again. They are marked first, so that
 * the sweep does it when this process or Redis dies. Answers how many.
 */
export async function wakeUnmatched(
  { mongo, queues }: { mongo: Mongo; queues: Queues },
  org: string,
  names: { emails: readonly string[]; externalIds: readonly { sourceId: string; externalId: string }[] },
): Promise<number> {
  const which = [
    ...(names.emails.length > 0 ? [{ 'credits.person.email': { $in: [...names.emails] } }] : []),
    ...names.externalIds.flatMap(({ sourceId, externalId }) =>
      ['externalId', 'email', 'id'].map((form) => ({ sourceId, [`credits.person.${form}`]: externalId })),
    ),
  ]
  if (which.length === 0) return 0
  const cursor = mongo.activities.collection.find(
    { org, unmatched: true, $or: which },
    { projection: { key: 1 }, batchSize: 5000, maxTimeMS: 60_000 },
  )
  let woken = 0
  let batch: { _id: string; key: string }[] = []
  const flush = async () => {
    await mongo.activities.collection.updateMany(
      { _id: { $in: batch.map(({ _id }) => _id) as never[] } },
      { $set: { pendingSince: new Date() }, $unset: { unmatched: '' } },
    )
    await queues.score(org, [...new Set(batch.map(({ key }) => key))])
    woken += batch.length
    batch = []
  }
  for await (const doc of cursor as unknown as AsyncIterable<{ _id: string; key: string }>) {
    batch.push(doc)
    if (batch.length >= 1000) await flush()
  }
  if (batch.length > 0) await flush()
  return woken
}

/** The names under which a person is not known yet but will be: what to wake when one is added or changed. */
export function newNames(
  before: { email: string | null; identities: readonly { sourceId: string; externalId: string }[] } | null,
  after: { email: string | null; identities: readonly { sourceId: string; externalId: string }[] },
): Parameters<typeof wakeUnmatched>[2] {
  const known = new Set(before?.identities.map(({ sourceId, externalId }) => `${sourceId} ${externalId}`))
  return {
    emails: after.email !== null && after.email !== before?.email ? [after.email] : [],
    externalIds: after.identities.filter(({ sourceId, externalId }) => !known.has(`${sourceId} ${externalId}`)),
  }
}
