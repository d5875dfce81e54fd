import { type Contest, closesAtMs, contestPhase } from '#shared/contest.ts'
import { leadChanges, momentum, sideValue } from '#shared/contestResult.ts'
import type { ContestView } from '#shared/contract/contestView.ts'
import { ensureScore } from './contestBuild.ts'
import { decidedContest, outcomeOf, restatementsOf } from './contestOutcome.ts'
import { contestEdition, readScore } from './contestScores.ts'
import { type Definitions, definitionsOf } from './definitions.ts'
import { contestOf } from './game.ts'
import type { ContestOutcomeDoc } from './gameDocuments.ts'
import { freshnessOf } from './sourceFreshness.ts'
import type { Stores } from './stores.ts'

const mostRestatements = 20
/** Seq of a final view: beyond all that it could have while it ran. */
const finalSeq = 1_000_000_000_000

/** A contest as every reader gets it, the GET and the watch; `null` when the organization has no such contest. */
export async function readContestView(
  stores: Stores,
  org: string,
  contestId: string,
  nowMs: number,
): Promise<ContestView | null> {
  const [definitions, doc, outcome, sources] = await Promise.all([
    definitionsOf(stores.mongo, org),
    stores.mongo.contests.findOne({ _id: contestId, org }).lean(),
    outcomeOf(stores.mongo, contestId),
    freshnessOf(stores.mongo, org, nowMs),
  ])
  if (!definitions || !doc) return null
  const contest = decidedContest(contestOf(doc), outcome)
  const phase = contestPhase(contest, nowMs)
  const score =
    phase === 'final' && outcome?.result
      ? await finalScore(stores, contest, outcome.result)
      : await liveScore(stores, definitions, contest, nowMs)
  return {
    id: contest.id,
    name: contest.name,
    metricName: contest.metric.name,
    unit: contest.metric.unit,
    currency: contest.currency,
    phase,
    startsAtMs: contest.startsAtMs,
    endsAtMs: contest.endsAtMs,
    closesAtMs: closesAtMs(contest),
    asOfMs: nowMs,
    seq: score.seq,
    sides: contest.sides.map(({ teamId, name, color, roster }, side) => ({
      teamId,
      name,
      color,
      value: sideValue({ total: score.totals[side] ?? 0, rosterSize: roster.length }, contest.aggregation),
      momentum: score.momentum[side] ?? 0,
      rosterSize: roster.length,
      top: (score.top[side] ?? []).map(({ personId, value }) => ({
        personId,
        name: definitions.people.get(personId)?.name ?? '',
        value,
      })),
    })),
    leadChanges: score.leadChanges,
    result:
      outcome?.result && outcome.hash
        ? { hash: outcome.hash, winnerTeamIds: outcome.result.winnerTeamIds, finalAtMs: outcome.decidedAt.getTime() }
        : null,
    restatements: score.restatements,
    sources,
  }
}

interface Score {
  seq: number
  totals: number[]
  momentum: number[]
  top: { personId: string; value: number }[][]
  leadChanges: number
  restatements: ContestView['restatements']
}

async function liveScore(stores: Stores, definitions: Definitions, contest: Contest, nowMs: number): Promise<Score> {
  const edition = contestEdition(contest)
  if (nowMs >= contest.startsAtMs) await ensureScore(stores, definitions, { contest, edition })
  const score = await readScore(stores, definitions.organization.id, contest, edition)
  return {
    ...score,
    momentum: momentum(contest, score.recentMoves, nowMs),
    leadChanges: leadChanges(contest, score.moves),
    restatements: [],
  }
}

async function finalScore(
  { mongo }: Stores,
  contest: Contest,
  result: NonNullable<ContestOutcomeDoc['result']>,
): Promise<Score> {
  const restatements = await restatementsOf(mongo, contest.id, mostRestatements)
  return {
    seq: finalSeq + restatements.length,
    totals: result.sides.map((side) => side.total),
    momentum: result.sides.map(() => 0),
    top: result.sides.map((side) =>
      side.people
        .filter(({ value }) => value !== 0)
        .sort((a, b) => b.value - a.value)
        .slice(0, 5),
    ),
    leadChanges: result.leadChanges,
    restatements: restatements.map(({ at, result: restated }) => ({
      atMs: at.getTime(),
      sides: restated.sides.map((side) => ({ teamId: side.teamId, value: sideValue(side, contest.aggregation) })),
    })),
  }
}
