import { createHash } from 'node:crypto'
import { canonicalJson } from '#shared/canonical.ts'
import { type Contest, closesAtMs } from '#shared/contest.ts'
import type { ContestFact } from '#shared/contestFacts.ts'
import { type ContestResult, contestResult, isRestated } from '#shared/contestResult.ts'
import { contestFactChunks } from './contestFacts.ts'
import type { Definitions } from './definitions.ts'
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
}

/**
 * The result of a contest from its activities alone, and its hash. By default of what was recorded before it closed.
 * `personIds` says who is who: of an outcome that is stored, {@link personIdsThen}.
 */
export async function resultOf(
  mongo: Mongo,
  {
    org,
    contest,
    personIds,
    cutoffMs = closesAtMs(contest),
  }: { org: string; contest: Contest; personIds: Map<string, string>; cutoffMs?: number },
): Promise<HashedResult> {
  const facts: ContestFact[] = []
  const people = new Map<string, string>()
  for await (const chunk of contestFactChunks(mongo, { org, contest, personIds, cutoffMs })) {
    // One fact an activity, so one without shares has nothing to take away: most of a large floor does not play.
    for (const fact of chunk.facts) if (fact.shares.length > 0) facts.push(fact)
    for (const ref of chunk.refs) {
      const personId = personIds.get(ref)
      if (personId !== undefined) people.set(ref, personId)
    }
  }
  const result = contestResult(contest, facts, cutoffMs)
  const hash = createHash('sha256').update(canonicalJson(result)).digest('hex')
  return { result, hash, people: [...people].sort(([a], [b]) => (a < b ? -1 : 1)) }
}

/** Who was who when an outcome was stored: with it {@link resultOf} gives the same hash for ever. */
export function personIdsThen({ people }: Pick<ContestOutcomeDoc, 'people'>): Map<string, string> {
  return new Map(people)
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
