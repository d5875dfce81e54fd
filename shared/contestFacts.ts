import type { Activity } from './activity.ts'
import type { Contest } from './contest.ts'
import type { LocalDay } from './schema.ts'
import { worthOf } from './scoring.ts'

/** One revision of an activity as a contest sees it: what the frozen metric gives each player for it. */
export interface ContestFact {
  activityKey: string
  revision: number
  occurredAtMs: number
  recordedAtMs: number
  /** Empty when it is voided or not about the metric: then it takes an earlier revision's worth away. */
  shares: readonly ContestShare[]
}

/** A player's part of a fact. */
export interface ContestShare {
  personId: string
  amount: number
  /** Points rule and local day, for daily caps. */
  ruleId: string | null
  day: LocalDay
}

/** Something that moved a side's total. */
export interface ContestMove {
  atMs: number
  /** Index into the contest's sides. */
  side: number
  personId: string
  delta: number
}

/**
 * What an activity's revision is worth in a contest, by its frozen metric, rules, zone and currency. People who are not on
 * a roster keep their weight of a shared deal, but it counts for nobody. Keep the answer: it has the rosters indexed.
 */
export function contestScorer(contest: Contest): (activity: Activity) => ContestFact {
  const players = contest.sides.flatMap((side) => side.roster)
  const definitions = {
    zone: contest.zone,
    currency: contest.currency,
    metrics: [{ ...contest.metric, active: true }],
    rules: contest.rules,
    people: new Map(players.map((personId) => [personId, { memberships: [] }])),
  }
  return (activity) => {
    const { key, revision, occurredAtMs, recordedAtMs } = activity
    const shares = worthOf(activity, definitions).flatMap(({ personId, day, lines }) =>
      lines.map(({ amount, ruleId }) => ({ personId, amount, ruleId, day })),
    )
    return { activityKey: key, revision, occurredAtMs, recordedAtMs, shares }
  }
}

/** What one activity's revision is worth in a contest; see {@link contestScorer}. */
export function contestFactOf(contest: Contest, activity: Activity): ContestFact {
  return contestScorer(contest)(activity)
}

/**
 * What moved the totals, in the order in which it happened: of each activity the newest revision recorded before
 * `cutoffMs`, if it happened while the contest ran. Facts may come in any order and several times. Daily caps hold within
 * the contest: what a rule gives someone beyond its cap on a local day moves nothing.
 */
export function contestMoves(contest: Contest, facts: Iterable<ContestFact>, cutoffMs: number): ContestMove[] {
  const newest = new Map<string, ContestFact>()
  for (const fact of facts) {
    if (fact.recordedAtMs >= cutoffMs) continue
    const known = newest.get(fact.activityKey)
    if (!known || known.revision < fact.revision) newest.set(fact.activityKey, fact)
  }
  const running = [...newest.values()]
    .filter(({ occurredAtMs }) => contest.startsAtMs <= occurredAtMs && occurredAtMs < contest.endsAtMs)
    .sort((a, b) => a.occurredAtMs - b.occurredAtMs || (a.activityKey < b.activityKey ? -1 : 1))
  const sides = new Map(contest.sides.flatMap(({ roster }, side) => roster.map((personId) => [personId, side])))
  const capped = cappedAmounts(contest)
  const moves: ContestMove[] = []
  for (const fact of running)
    for (const share of fact.shares) {
      const side = sides.get(share.personId)
      const delta = side === undefined ? 0 : capped(share)
      if (side !== undefined && delta !== 0)
        moves.push({ atMs: fact.occurredAtMs, side, personId: share.personId, delta })
    }
  return moves
}

/** What is left of each share in turn under the daily caps of the frozen rules. */
function cappedAmounts({ rules }: Pick<Contest, 'rules'>): (share: ContestShare) => number {
  const caps = new Map(rules.map((rule) => [rule.id, rule.dailyCap]))
  const earned = new Map<string, number>()
  return ({ personId, ruleId, day, amount }) => {
    const cap = ruleId === null ? null : (caps.get(ruleId) ?? null)
    if (cap === null) return amount
    const key = `${personId}.${ruleId}.${day}`
    const before = earned.get(key) ?? 0
    earned.set(key, before + amount)
    return Math.min(cap, before + amount) - Math.min(cap, before)
  }
}
