import { outcomeOf, restate, resultOf, storeOutcome } from '#server/data/contestOutcome.ts'
import { type Definitions, definitionsOf } from '#server/data/definitions.ts'
import { contestOf } from '#server/data/game.ts'
import type { ContestDoc } from '#server/data/gameDocuments.ts'
import { inTurn } from '#server/data/inTurn.ts'
import type { Stores } from '#server/data/stores.ts'
import type { Contest } from '#shared/contest.ts'
import { celebrateWinner, finalHappening, tellContest } from './contestNews.ts'

/** Points in the course of closing, for tests: between any two of them everything may die. */
export type ClosePoint = 'computed' | 'stored' | 'told' | 'celebrated' | 'marked'

/** What closing may be told by tests. */
export type CloseHook = (point: ClosePoint) => Promise<void>

/**
 * Closes a contest whose time is over: result from the activities, stored once, told, celebrated, and only then marked as
 * done. Whoever dies on the way, the next one finds it not marked and goes through the same steps, of which each leaves
 * what is there.
 */
export async function closeContest(
  stores: Stores,
  definitions: Definitions,
  { contest, nowMs }: { contest: Contest; nowMs: number },
  hook: CloseHook = async () => undefined,
): Promise<void> {
  const { mongo } = stores
  const org = definitions.organization.id
  const decided =
    (await outcomeOf(mongo, contest.id)) === null
      ? await resultOf(mongo, { org, contest, personIds: definitions.personIds })
      : null
  await hook('computed')
  const outcome = decided
    ? await storeOutcome(mongo, { org, contestId: contest.id, nowMs, decided })
    : await outcomeOf(mongo, contest.id)
  if (!outcome) throw new Error(`The result of contest ${contest.id} is gone`)
  await hook('stored')
  const decidedAtMs = outcome.decidedAt.getTime()
  if (outcome.result === null) {
    await mongo.contests.updateOne({ _id: contest.id }, { $set: { cancelledAtMs: decidedAtMs } })
    return
  }
  await tellContest(stores, org, contest, finalHappening(contest, outcome))
  await hook('told')
  await celebrateWinner(stores, org, contest, outcome)
  await hook('celebrated')
  await mongo.contests.updateOne({ _id: contest.id }, { $set: { finalAtMs: decidedAtMs } })
  await hook('marked')
}

/** Looks again at closed contests that late facts have marked: a result that would differ is told as a restatement. */
export async function restateMarked(stores: Stores, nowMs: number): Promise<void> {
  const marked = stores.mongo.contests.find({ lateDue: true, finalAtMs: { $ne: null } })
  await inTurn(marked.lean().cursor({ batchSize: 20 }), (doc) => restateOne(stores, doc, nowMs))
}

async function restateOne(stores: Stores, doc: ContestDoc, nowMs: number): Promise<void> {
  const { mongo } = stores
  const definitions = await definitionsOf(mongo, doc.org)
  const contest = contestOf(doc)
  const outcome = await outcomeOf(mongo, contest.id)
  const restatement = definitions && outcome && (await restate(mongo, definitions, { contest, outcome, nowMs }))
  if (restatement)
    await tellContest(stores, doc.org, contest, {
      phase: 'restated',
      atMs: restatement.at.getTime(),
      winner: null,
      restatement: restatement.hash.slice(0, 12),
    })
  // A mark that was made since is another one, and stays.
  await mongo.contests.updateOne({ _id: doc._id, lateMarks: doc.lateMarks }, { $set: { lateDue: false } })
}
