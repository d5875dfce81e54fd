import { applyFacts } from '#server/data/contestScores.ts'
import type { Definitions } from '#server/data/definitions.ts'
import { gameOf, type PlayedContest } from '#server/data/game.ts'
import { publishNews } from '#server/data/news.ts'
import type { Stores } from '#server/data/stores.ts'
import { closesAtMs } from '#shared/contest.ts'
import type { ContestFact } from '#shared/contestFacts.ts'
import type { ScoredActivity } from './scored.ts'

/**
 * Takes activities to the score of the contests in whose time they happened. What comes after a contest has closed leaves
 * a mark on it instead, and is looked at by the clock of contests.
 */
export async function contestPass(
  stores: Stores,
  definitions: Definitions,
  scored: readonly ScoredActivity[],
  nowMs: number,
): Promise<void> {
  const { contests } = await gameOf(stores.mongo, definitions)
  if (contests.length === 0) return
  const org = definitions.organization.id
  const late: string[] = []
  const changed: string[] = []
  for (const played of contests) {
    const { contest } = played
    const concerned = scored.filter(({ docs }) => docs.some((doc) => isDuring(contest, doc.occurredAt.getTime())))
    if (concerned.length === 0) continue
    if (nowMs >= closesAtMs(contest) || concerned.some(({ activity }) => activity.recordedAtMs >= closesAtMs(contest)))
      late.push(contest.id)
    const facts = factsOf(played, concerned)
    if (facts.length > 0 && (await applyFacts(stores, org, played, facts)) > 0) changed.push(contest.id)
  }
  if (late.length > 0)
    await stores.mongo.contests.updateMany({ _id: { $in: late } }, { $set: { lateDue: true }, $inc: { lateMarks: 1 } })
  await publishNews(
    stores.redis,
    org,
    changed.map((contestId) => ({ type: 'contest', contestId })),
  )
}

function factsOf({ contest, players, factOf }: PlayedContest, scored: readonly ScoredActivity[]): ContestFact[] {
  return scored.flatMap(({ activity, docs, known }) => {
    if (activity.recordedAtMs >= closesAtMs(contest)) return []
    const plays = activity.credits.some(({ personId }) => players.has(personId))
    // One that was known may have given somebody something, which is taken back by a fact without shares.
    return plays || known || docs.length > 1 ? factOf(activity) : []
  })
}

function isDuring({ startsAtMs, endsAtMs }: PlayedContest['contest'], atMs: number): boolean {
  return startsAtMs <= atMs && atMs < endsAtMs
}
