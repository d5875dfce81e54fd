import type { Contest } from '#shared/contest.ts'
import { type ContestFact, contestScorer } from '#shared/contestFacts.ts'
import { revisionsOf } from './activities.ts'
import type { ActivityDoc } from './documents.ts'
import type { Mongo } from './mongo.ts'
import { creditNames, resolveActivity } from './resolve.ts'

const keysPerRead = 500

/** Facts of some activities, the references to people that they name, and every revision that was recorded in time. */
export interface ContestFactChunk {
  facts: ContestFact[]
  refs: string[]
  revisions: ActivityDoc[]
}

/**
 * What every activity of a contest's time is worth in it, from the activities alone, some at a time: of each the newest
 * revision that was recorded before `cutoffMs`, of those that had `landed`. People are who `personIds` says.
 */
export async function* contestFactChunks(
  mongo: Mongo,
  {
    org,
    contest,
    personIds,
    cutoffMs,
    landed = () => true,
  }: {
    org: string
    contest: Contest
    personIds: Map<string, string>
    cutoffMs: number
    landed?: ((revision: ActivityDoc) => boolean) | undefined
  },
): AsyncGenerator<ContestFactChunk> {
  const factOf = contestScorer(contest)
  for await (const keys of activityKeys(mongo, org, contest)) {
    const chunk: ContestFactChunk = { facts: [], refs: [], revisions: [] }
    for (const revisions of (await revisionsOf(mongo, keys)).values()) {
      const inTime = revisions.filter((doc) => doc.recordedAt.getTime() < cutoffMs && landed(doc))
      const [newest] = inTime
      if (!newest) continue
      chunk.revisions.push(...inTime)
      chunk.refs.push(...creditNames(newest))
      chunk.facts.push(factOf(resolveActivity(newest, { personIds }).activity))
    }
    yield chunk
  }
}

/** Keys of activities of which any revision happened while the contest ran. */
async function* activityKeys(mongo: Mongo, org: string, { startsAtMs, endsAtMs }: Contest): AsyncGenerator<string[]> {
  const cursor = mongo.activities.collection
    .find(
      { org, occurredAt: { $gte: new Date(startsAtMs), $lt: new Date(endsAtMs) } },
      { projection: { key: 1 }, maxTimeMS: 60_000, batchSize: 1000 },
    )
    .sort({ occurredAt: -1 })
  const seen = new Set<string>()
  let keys: string[] = []
  for await (const doc of cursor) {
    const { key } = doc as unknown as ActivityDoc
    if (seen.has(key)) continue
    seen.add(key)
    keys.push(key)
    if (keys.length < keysPerRead) continue
    yield keys
    keys = []
  }
  if (keys.length > 0) yield keys
}
