import { createHash } from 'node:crypto'
import { canonicalJson } from '#shared/canonical.ts'
import { type Contest, closesAtMs } from '#shared/contest.ts'
import type { ContestFact } from '#shared/contestFacts.ts'
import { type ContestResult, contestResult, isRestated } from '#shared/contestResult.ts'
import { contestFactChunks } from './contestFacts.ts'
import { type Landing, landedBy, landingOf, recordedLately } from './contestLanding.ts'
import type { Definitions } from './definitions.ts'
import type { ActivityDoc } from './documents.ts'
import type { ContestOutcomeDoc, RestatementDoc } from './gameDocuments.ts'
import type { Mongo } from './mongo.ts'
import { isDuplicateKey } from './schema.ts'

/** A result and its SHA-256. */
export interface HashedResult {
  result: ContestResult
  /** Of the canonical JSON, hex. */
  hash: string
  /** Who was who among the people that the activities name. */
  people: [ref: string, personId: string][]
  landing: Landing
}

/** What the result of a contest is worked out from, beside its activities. */
interface Known {
  /** Who is who. */
  personIds: Map<string, string>
  /** Which revisions were there; all of them by default. */
  landed?: (revision: ActivityDoc) => boolean
}

/**
 * The result of a contest from its activities alone, and its hash. By default of what was recorded before it closed.
 * For an outcome that is stored: of what was {@link knownThen}.
 */
export async function resultOf(
  mongo: Mongo,
  {
    org,
    contest,
    personIds,
    landed,
    cutoffMs = closesAtMs(contest),
  }: { org: string; contest: Contest; cutoffMs?: number } & Known,
): Promise<HashedResult> {
  const facts: ContestFact[] = []
  const people = new Map<string, string>()
  const lately: ActivityDoc[] = []
  for await (const chunk of contestFactChunks(mongo, { org, contest, personIds, cutoffMs, landed })) {
    // One fact an activity, so one without shares has nothing to take away: most of a large floor does not play.
    for (const fact of chunk.facts) if (fact.shares.length > 0) facts.push(fact)
    for (const revision of chunk.revisions) if (recordedLately(revision, cutoffMs)) lately.push(revision)
    for (const ref of chunk.refs) {
      const personId = personIds.get(ref)
      if (personId !== undefined) people.set(ref, personId)
    }
  }
  const result = contestResult(contest, facts, cutoffMs)
  const hash = createHash('sha256').update(canonicalJson(result)).digest('hex')
  const landing = landingOf(lately, cutoffMs)
  return { result, hash, people: [...people].sort(([a], [b]) => (a < b ? -1 : 1)), landing }
}

/** What was known when an outcome was stored: with it {@link resultOf} gives the same hash for ever. */
export function knownThen({ people, landing }: Pick<ContestOutcomeDoc, 'people' | 'landing'>): Known {
  return { personIds: new Map(people), ...(landing && { landed: landedBy(landing) }) }
}

/** How a contest ended, or `null` while it has not. */
export async function outcomeOf(mongo: Mongo, contestId: string): Promise<ContestOutcomeDoc | null> {
  return await mongo.contestResults.findOne({ _id: outcomeId(contestId) }).lean()
}

/** A contest with how it ended as its outcome says, which is written before the contest is marked. */
export function decidedContest(
  contest: Contest,
  outcome: Pick<ContestOutcomeDoc, 'decidedAt' | 'result'> | null,
): Contest {
  if (!outcome) return contest
  const decidedAtMs = outcome.decidedAt.getTime()
  return outcome.result ? { ...contest, finalAtMs: decidedAtMs } : { ...contest, cancelledAtMs: decidedAtMs }
}

/** Stores how a contest ended, if nothing was stored before; answers what is stored. `decided: null` cancels it. */
export async function storeOutcome(
  mongo: Mongo,
  { org, contestId, nowMs, decided }: { org: string; contestId: string; nowMs: number; decided: HashedResult | null },
): Promise<ContestOutcomeDoc> {
  const outcome: ContestOutcomeDoc = {
    _id: outcomeId(contestId),
    org,
    contestId,
    decidedAt: new Date(nowMs),
    result: decided?.result ?? null,
    hash: decided?.hash ?? null,
    people: decided?.people ?? [],
    landing: decided?.landing ?? null,
  }
  try {
    await mongo.contestResults.collection.insertOne(outcome as never)
    return outcome
  } catch (error) {
    const stored = isDuplicateKey(error) ? await outcomeOf(mongo, contestId) : null
    if (!stored) throw error
    return stored
  }
}

/**
 * What a closed contest's result would be with all that is known now: stored as a restatement when anyone's value or who won
 * would differ from what was last said, which is the result itself or the newest restatement. What was said before and holds
 * again becomes the newest. Answers it, or `null` when there is nothing new to say.
 */
export async function restate(
  mongo: Mongo,
  { organization, personIds }: Definitions,
  { contest, outcome, nowMs }: { contest: Contest; outcome: ContestOutcomeDoc; nowMs: number },
): Promise<RestatementDoc | null> {
  if (!outcome.result) return null
  const org = organization.id
  const { result, hash } = await resultOf(mongo, { org, contest, personIds, cutoffMs: Number.POSITIVE_INFINITY })
  const [last] = await restatementsOf(mongo, contest.id, 1)
  // Who died before telling it says it once more.
  if (last?.hash === hash) return last
  if (!isRestated(last?.result ?? outcome.result, result)) return null
  const restatement = { _id: `${contest.id}.${hash}`, org, contestId: contest.id, at: new Date(nowMs), result, hash }
  await mongo.restatements.collection.replaceOne({ _id: restatement._id as never }, restatement as never, {
    upsert: true,
  })
  return restatement
}

/** The newest restatements of a contest. */
export async function restatementsOf(mongo: Mongo, contestId: string, limit: number): Promise<RestatementDoc[]> {
  return await mongo.restatements.find({ contestId }).sort({ at: -1 }).limit(limit).lean()
}

function outcomeId(contestId: string): string {
  return `${contestId}.1`
}
