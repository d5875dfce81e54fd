import type { Activity } from '#shared/activity.ts'
import type { Contest } from '#shared/contest.ts'
import { type ContestFact, contestScorer } from '#shared/contestFacts.ts'
import { contestEdition } from './contestScores.ts'
import { type Definitions, fromStored } from './definitions.ts'
import type { ContestDoc } from './gameDocuments.ts'
import type { Mongo } from './mongo.ts'

/** How long after its close a contest is still watched for facts that would have changed its result. */
export const restatedMs = 92 * 86_400_000

/** A contest with what a pass must find quickly. */
export interface PlayedContest {
  contest: Contest
  /** Everyone on a roster. */
  players: ReadonlySet<string>
  /** See `contestEdition`. */
  edition: string
  /** What an activity is worth in it. */
  factOf: (activity: Activity) => ContestFact
}

/** The contests of an organization that passes look at, at the version of its definitions. */
export interface Game {
  /** Not cancelled, and not closed long ago. */
  contests: PlayedContest[]
}

const games = new WeakMap<Definitions, Promise<Game>>()

/** The game of an organization; read once per version of its definitions, which every change of the game bumps. */
export function gameOf(mongo: Mongo, definitions: Definitions): Promise<Game> {
  const known = games.get(definitions)
  if (known) return known
  const loading = loadGame(mongo, definitions.organization.id)
  games.set(definitions, loading)
  loading.catch(() => games.delete(definitions))
  return loading
}

async function loadGame(mongo: Mongo, org: string): Promise<Game> {
  const sinceMs = Date.now() - restatedMs
  const contests = await mongo.contests
    .find({ org, cancelledAtMs: null, endsAtMs: { $gt: sinceMs } })
    .sort({ startsAtMs: -1 })
    .limit(1000)
    .lean()
  return {
    contests: contests.map((doc) => {
      const contest = contestOf(doc)
      const players = new Set(contest.sides.flatMap((side) => side.roster))
      return { contest, players, edition: contestEdition(contest), factOf: contestScorer(contest) }
    }),
  }
}

/** The contest that a stored document holds. */
export function contestOf({ lateDue: _due, lateMarks: _marks, ...contest }: ContestDoc): Contest {
  return fromStored<Contest>(contest)
}
