import { ensureScore } from '#server/data/contestBuild.ts'
import { contestEdition } from '#server/data/contestScores.ts'
import { refreezeContest } from '#server/data/contests.ts'
import type { ChangeStores } from '#server/data/definitionChange.ts'
import { definitionsOf } from '#server/data/definitions.ts'
import { contestOf } from '#server/data/game.ts'
import type { ContestDoc } from '#server/data/gameDocuments.ts'
import { inTurn } from '#server/data/inTurn.ts'
import type { Stores } from '#server/data/stores.ts'
import { type Contest, closesAtMs, contestPhase } from '#shared/contest.ts'
import { feedLiveMs } from '#shared/feed.ts'
import { type CloseHook, closeContest, restateMarked } from './contestClose.ts'
import { tellContest } from './contestNews.ts'

/** What was received just before the close may take so long to be stored; what takes longer opens a restatement. */
export const settleMs = 3000
const perRead = 100

/** What has been told in this process, so that it is not written again every second. */
type Told = Set<string>

/**
 * One round: starts, scores and closes contests by their stored times, whatever has happened in between. The time is an
 * argument, so that tests need not wait.
 */
export async function contestRound(
  parts: ChangeStores,
  { nowMs, told, hook }: { nowMs: number; told: Told; hook?: CloseHook },
): Promise<void> {
  const { stores } = parts
  const open = stores.mongo.contests.find({ finalAtMs: null, cancelledAtMs: null }).sort({ startsAtMs: 1 })
  const played = new Set<string>()
  // One contest that cannot be closed must not keep the others open, nor must many that go on for long.
  const play = async () => {
    await inTurn(open.lean().cursor({ batchSize: perRead }), async (doc) => {
      played.add(doc._id)
      await playContest(parts, doc, { nowMs, told, hook })
    }).finally(() => {
      for (const one of told) if (!played.has(one.split(' ')[0] ?? '')) told.delete(one)
    })
  }
  await inTurn([play, () => restateMarked(stores, nowMs)], (part) => part())
}

async function playContest(
  parts: ChangeStores,
  doc: ContestDoc,
  { nowMs, told, hook }: { nowMs: number; told: Told; hook: CloseHook | undefined },
): Promise<void> {
  const { stores } = parts
  const definitions = await definitionsOf(stores.mongo, doc.org)
  if (!definitions) return
  const contest = contestOf(doc)
  switch (contestPhase(contest, nowMs)) {
    case 'scheduled':
      return await refreezeContest(parts, definitions, contest, nowMs)
    case 'live':
      await ensureScore(stores, definitions, { contest, edition: contestEdition(contest) })
      return await tellOnce(stores, doc.org, contest, { phase: 'live', atMs: contest.startsAtMs }, told, nowMs)
    case 'closing':
      if (nowMs >= closesAtMs(contest) + settleMs)
        return await closeContest(stores, definitions, { contest, nowMs }, hook)
      return await tellOnce(stores, doc.org, contest, { phase: 'closing', atMs: contest.endsAtMs }, told, nowMs)
    case 'final':
    case 'cancelled':
      return
  }
}

async function tellOnce(
  stores: Stores,
  org: string,
  contest: Contest,
  { phase, atMs }: { phase: 'live' | 'closing'; atMs: number },
  told: Told,
  nowMs: number,
): Promise<void> {
  const id = `${contest.id} ${phase}`
  if (told.has(id) || nowMs - atMs > feedLiveMs) return
  await tellContest(stores, org, contest, { phase, atMs, winner: null })
  told.add(id)
}

/** Rounds of one process, which remembers what it has told. */
export function contestClock(parts: ChangeStores): () => Promise<void> {
  const told: Told = new Set()
  return () => contestRound(parts, { nowMs: Date.now(), told })
}
