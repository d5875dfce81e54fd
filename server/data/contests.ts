import { type Contest, type ContestInput, contestMetricProblem, contestPhase, contestSchema } from '#shared/contest.ts'
import type { ContestListItem } from '#shared/contract/contestList.ts'
import { decidedContest, storeOutcome } from './contestOutcome.ts'
import { type ChangeStores, changeDefinitions } from './definitionChange.ts'
import { type Definitions, toStored } from './definitions.ts'
import { contestOf } from './game.ts'
import type { ContestOutcomeDoc } from './gameDocuments.ts'
import type { Mongo } from './mongo.ts'

/** Contests that an organization may have open at a time. */
export const mostOpenContests = 100

/** Why a contest cannot be as it is asked for; `code` and `path` are stable. */
export interface ContestProblem {
  code: string
  path: string
  message: string
}

/** Checks what the schema cannot know: the metric, the people, the clock. */
export function contestInputProblem(
  definitions: Definitions,
  input: ContestInput,
  nowMs: number,
): ContestProblem | null {
  const metric = definitions.metrics.find((one) => one.id === input.metricId)
  if (!metric?.active) return { code: 'contest.metric', path: 'metricId', message: 'There is no such active metric' }
  const unfit = contestMetricProblem(metric)
  if (unfit) return { code: 'contest.metric', path: 'metricId', message: unfit }
  if (input.endsAtMs <= nowMs)
    return { code: 'contest.in_past', path: 'endsAtMs', message: 'The contest would be over already' }
  const unknown = input.sides.flatMap((side) => side.roster).find((personId) => !definitions.people.has(personId))
  if (unknown !== undefined) return { code: 'contest.person', path: 'sides', message: `There is no person ${unknown}` }
  return null
}

/** A contest with copies of all that decides it, as defined now. */
export function frozenContest(definitions: Definitions, input: ContestInput, id: string): Contest | null {
  const metric = definitions.metrics.find((one) => one.id === input.metricId)
  if (!metric) return null
  const { zone, currency } = definitions.organization
  const rules = metric.source.type === 'points' ? definitions.rules.filter((rule) => rule.active) : []
  return { ...input, id, metric, rules, zone, currency, cancelledAtMs: null, finalAtMs: null }
}

const noEffect = { boards: false, worth: false }

/** Stores a new contest. */
export async function createContest(parts: ChangeStores, org: string, contest: Contest): Promise<void> {
  const doc = { ...toStored(org, contestSchema.parse(contest)), lateDue: false, lateMarks: 0 }
  const { contests } = parts.stores.mongo
  const write = () => contests.collection.replaceOne({ _id: doc._id as never }, doc as never, { upsert: true })
  await changeDefinitions(parts, org, () => ({ effect: noEffect, write }))
}

/** Changes a contest that has not begun; answers whether it had not. */
export async function replaceContest(
  parts: ChangeStores,
  org: string,
  contest: Contest,
  nowMs: number,
): Promise<boolean> {
  const { _id, org: _org, ...fields } = toStored(org, contestSchema.parse(contest))
  const open = { _id, org, startsAtMs: { $gt: nowMs }, cancelledAtMs: null, finalAtMs: null }
  const write = () => parts.stores.mongo.contests.updateOne(open, { $set: fields })
  const { matchedCount } = await changeDefinitions(parts, org, () => ({ effect: noEffect, write }))
  return matchedCount > 0
}

/**
 * Until it begins, a contest follows the definitions; from then on its copies stay as they are. A definition that is gone
 * changes nothing.
 */
export async function refreezeContest(
  parts: ChangeStores,
  definitions: Definitions,
  contest: Contest,
  nowMs: number,
): Promise<void> {
  const { id, metric: _m, rules: _r, zone: _z, currency: _c, cancelledAtMs: _ca, finalAtMs: _fa, ...input } = contest
  const now = frozenContest(definitions, input, id)
  if (!now || contestMetricProblem(now.metric) || sameFrozen(now, contest)) return
  await replaceContest(parts, definitions.organization.id, now, nowMs)
}

/** Cancels a contest, unless its result was stored before; answers whether it is cancelled. */
export async function cancelContest(
  parts: ChangeStores,
  org: string,
  contestId: string,
  nowMs: number,
): Promise<boolean> {
  const { mongo } = parts.stores
  const outcome = await storeOutcome(mongo, { org, contestId, nowMs, decided: null })
  if (outcome.result) return false
  const mark = { $set: { cancelledAtMs: outcome.decidedAt.getTime() } }
  const write = () => mongo.contests.updateOne({ _id: contestId, org }, mark)
  await changeDefinitions(parts, org, () => ({ effect: noEffect, write }))
  return true
}

/** One contest, or `null` when the organization has no such. */
export async function contestById(mongo: Mongo, org: string, id: string): Promise<Contest | null> {
  const doc = await mongo.contests.findOne({ _id: id, org }).lean()
  return doc && contestOf(doc)
}

/**
 * The contests of an organization with how they stand at an instant: first those that are not over, the newest start first,
 * then those that are, the last end first; one more than `limit` when there are. `after`: only those that are over, and ended
 * before that one if it is. Of too many that are not over, those that start last are left out.
 */
export async function listContests(
  mongo: Mongo,
  org: string,
  { limit, nowMs, after = null }: { limit: number; nowMs: number; after?: Contest | null },
): Promise<ContestListItem[]> {
  const open = after
    ? []
    : await mongo.contests
        .find({ org, finalAtMs: null, cancelledAtMs: null })
        .sort({ startsAtMs: 1 })
        .limit(limit)
        .lean()
  const over = await mongo.contests
    .find({ $and: [{ org }, isOver, after ? endedBefore(after) : {}] })
    .sort({ endsAtMs: -1, _id: -1 })
    .limit(limit - open.length + 1)
    .lean()
  return await listItems(mongo, org, [...open.reverse(), ...over].map(contestOf), nowMs)
}

const isOver = { $or: [{ finalAtMs: { $ne: null } }, { cancelledAtMs: { $ne: null } }] }

function endedBefore({ id, endsAtMs, finalAtMs, cancelledAtMs }: Contest) {
  if (finalAtMs === null && cancelledAtMs === null) return {}
  return { $or: [{ endsAtMs: { $lt: endsAtMs } }, { endsAtMs, _id: { $lt: id } }] }
}

async function listItems(
  mongo: Mongo,
  org: string,
  contests: readonly Contest[],
  nowMs: number,
): Promise<ContestListItem[]> {
  const outcomes = await outcomesOf(mongo, org, contests)
  return contests.map((contest) => {
    const outcome = outcomes.get(contest.id)
    return {
      id: contest.id,
      name: contest.name,
      phase: contestPhase(decidedContest(contest, outcome ?? null), nowMs),
      startsAtMs: contest.startsAtMs,
      endsAtMs: contest.endsAtMs,
      metricName: contest.metric.name,
      sides: contest.sides.map(({ teamId, name, color }) => ({ teamId, name, color })),
      winnerTeamIds: outcome?.result?.winnerTeamIds ?? [],
    }
  })
}

/** How contests ended, of those that have, without the long lists of people. */
async function outcomesOf(
  mongo: Mongo,
  org: string,
  contests: readonly Contest[],
): Promise<Map<string, Pick<ContestOutcomeDoc, 'decidedAt' | 'result'>>> {
  const found = await mongo.contestResults.collection
    .find(
      { org, contestId: { $in: contests.map(({ id }) => id) } },
      { projection: { contestId: 1, decidedAt: 1, 'result.winnerTeamIds': 1 }, maxTimeMS: 10_000 },
    )
    .toArray()
  return new Map((found as unknown as ContestOutcomeDoc[]).map((outcome) => [outcome.contestId, outcome]))
}

function sameFrozen(a: Contest, b: Contest): boolean {
  const frozen = ({ metric, rules, zone, currency }: Contest) => JSON.stringify([metric, rules, zone, currency])
  return frozen(a) === frozen(b)
}
