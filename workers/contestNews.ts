import { celebrate } from '#server/data/celebrations.ts'
import { type FeedWrite, insertFeed } from '#server/data/feed.ts'
import type { ContestOutcomeDoc } from '#server/data/gameDocuments.ts'
import { publishNews } from '#server/data/news.ts'
import type { Stores } from '#server/data/stores.ts'
import type { Contest } from '#shared/contest.ts'
import type { FeedItem } from '#shared/contract/feed.ts'
import { celebrationPriority, feedLiveMs } from '#shared/feed.ts'

type ContestItem = Extract<FeedItem, { type: 'contest' }>

/** What a contest's news is: the phase it came to, when, and for a restatement which one. */
export interface ContestHappening {
  phase: ContestItem['phase']
  atMs: number
  winner: string | null
  restatement?: string
}

/** The feed item of something that happened to a contest; its id makes it one, however often it is written. */
export function contestItem(contest: Contest, { phase, atMs, winner, restatement }: ContestHappening): ContestItem {
  const id = `c-${contest.id}-${phase}${restatement ? `-${restatement}` : ''}`
  return { id, type: 'contest', atMs, contestId: contest.id, contestName: contest.name, phase, winner }
}

/** Writes it into the feed and tells the floor, unless that was done; contest screens look again in any case. */
export async function tellContest(
  stores: Stores,
  org: string,
  contest: Contest,
  happening: ContestHappening,
): Promise<void> {
  const item = contestItem(contest, happening)
  const write: FeedWrite = { id: item.id, atMs: item.atMs, revision: 1, item }
  const isNew = (await insertFeed(stores.mongo, org, [write])).length === 0
  const isLive = Date.now() - item.atMs < feedLiveMs
  await publishNews(stores.redis, org, [
    ...(isNew && isLive ? [{ type: 'feed' as const, item }] : []),
    { type: 'contest', contestId: contest.id },
  ])
}

/** Celebrates who won, once; a contest in which nothing counted has nothing to celebrate. */
export async function celebrateWinner(
  stores: Stores,
  org: string,
  contest: Contest,
  outcome: ContestOutcomeDoc,
): Promise<void> {
  if (!outcome.result || outcome.result.winnerTeamIds.length === 0) return
  const item = contestItem(contest, finalHappening(contest, outcome))
  const celebration = { id: item.id, priority: celebrationPriority.contest, item, rankBefore: null, rankAfter: null }
  await celebrate(stores.redis, org, celebration)
}

/** That a contest has its result; the winner has a name when it is one side. */
export function finalHappening(contest: Contest, outcome: ContestOutcomeDoc): ContestHappening {
  const [winnerId, ...others] = outcome.result?.winnerTeamIds ?? []
  const winner = others.length > 0 ? undefined : contest.sides.find((side) => side.teamId === winnerId)
  return { phase: 'final', atMs: outcome.decidedAt.getTime(), winner: winner?.name ?? null }
}
