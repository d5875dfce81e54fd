import { hash } from 'node:crypto'
import type { Contest } from '#shared/contest.ts'
import { type ContestFact, type ContestMove, contestMoves } from '#shared/contestFacts.ts'
import { momentumMs } from '#shared/contestResult.ts'
import { key } from './redis.ts'
import type { Stores } from './stores.ts'

const keptSeconds = 40 * 86_400
const recentSlotMs = 30_000
/** Slots that momentum looks at, and one more for where it begins. */
const recentSlots = momentumMs / recentSlotMs + 1
const mostSeriesSlots = 600
/** Up to so many activities, moves are read one by one; beyond, by slots. */
const fewFacts = 2000
const factsPerCall = 100
const mostSides = 12

/**
 * The score of a contest while it runs: what each activity is worth, and the totals that are moved by it. Kept in Redis
 * under the edition of the contest, since an edited one counts anew.
 */
export interface ContestScore {
  seq: number
  /** By place of the side. */
  totals: number[]
  /** The best of each side, at most five. */
  top: { personId: string; value: number }[][]
  /** In the order in which they happened: each one, or of large contests what slots of time gained together. */
  moves: ContestMove[]
  /** Like `moves`, and fine enough for the last ten minutes. */
  recentMoves: ContestMove[]
}

/** All that decides what counts: a change of it begins the score anew. */
export function contestEdition({
  startsAtMs,
  endsAtMs,
  graceMs,
  sides,
  metric,
  rules,
  zone,
  currency,
}: Contest): string {
  const rosters = sides.map(({ teamId, roster }) => [teamId, roster])
  return hash(
    'sha256',
    JSON.stringify([startsAtMs, endsAtMs, graceMs, rosters, metric, rules, zone, currency]),
    'base64url',
  ).slice(0, 12)
}

/** Keys of a contest's score. */
export function scoreKeys(org: string, contest: Contest, edition: string): string[] {
  const parts = [
    'facts',
    'meta',
    'caps',
    'recent',
    'series',
    ...Array.from({ length: mostSides }, (_, n) => `side${n}`),
  ]
  return parts.map((part) => key(org, 'contest', contest.id, edition, part))
}

/**
 * Applies facts that were recorded before the contest closes; answers how many changed something. One without shares, or
 * that happened at another time, takes back what the activity gave before.
 */
export async function applyFacts(
  { redis }: Pick<Stores, 'redis'>,
  org: string,
  { contest, edition }: { contest: Contest; edition: string },
  facts: readonly ContestFact[],
): Promise<number> {
  const keys = scoreKeys(org, contest, edition)
  const sides = new Map(contest.sides.flatMap(({ roster }, side) => roster.map((personId) => [personId, side])))
  const caps = new Map(contest.rules.map((rule) => [rule.id, rule.dailyCap]))
  let changed = 0
  for (let at = 0; at < facts.length; at += factsPerCall) {
    const args = facts.slice(at, at + factsPerCall).flatMap((fact) => {
      const shares = ran(contest, fact) ? fact.shares : []
      const stored: StoredFact = {
        r: fact.revision,
        a: fact.occurredAtMs,
        s: shares.flatMap(({ personId, amount, ruleId, day }): StoredFact['s'] => {
          const side = sides.get(personId)
          const cap = ruleId === null ? null : (caps.get(ruleId) ?? null)
          return side === undefined ? [] : [[side, personId, amount, ruleId ?? '', day, cap ?? -1]]
        }),
      }
      return [fact.activityKey, JSON.stringify(stored)]
    })
    changed += await redis.applyContestFacts(
      ...keys,
      keptSeconds,
      recentSlotMs,
      recentSlots,
      seriesSlotMs(contest),
      contest.startsAtMs,
      ...args,
    )
  }
  return changed
}

/** Reads the score in one piece. */
export async function readScore(
  { redis }: Pick<Stores, 'redis'>,
  org: string,
  contest: Contest,
  edition: string,
): Promise<ContestScore> {
  const [facts = '', meta = '', , recent = '', series = '', ...sides] = scoreKeys(org, contest, edition)
  const call = redis.multi().hgetall(meta).hgetall(recent).hgetall(series).hlen(facts)
  for (const side of sides.slice(0, contest.sides.length)) call.zrevrange(side, 0, 4, 'WITHSCORES')
  const answers = ((await call.exec()) ?? []).map(([error, answer]) => {
    if (error) throw error
    return answer
  })
  const [totals, recentGains, gains, factCount, ...tops] = answers as [
    Record<string, string>,
    Record<string, string>,
    Record<string, string>,
    number,
    ...string[][],
  ]
  const exact = factCount <= fewFacts ? await movesOfFacts(redis, facts, contest) : null
  return {
    seq: Number(totals.seq ?? 0),
    totals: contest.sides.map((_, side) => Number(totals[`t${side}`] ?? 0)),
    top: contest.sides.map((_, side) => pairs(tops[side] ?? [])),
    moves: exact ?? movesOfSlots(gains, contest.startsAtMs, seriesSlotMs(contest)),
    recentMoves: exact ?? movesOfSlots(recentGains, 0, recentSlotMs),
  }
}

interface StoredFact {
  r: number
  a: number
  s: [side: number, personId: string, amount: number, ruleId: string, day: string, cap: number][]
}

function ran({ startsAtMs, endsAtMs }: Contest, { occurredAtMs }: ContestFact): boolean {
  return startsAtMs <= occurredAtMs && occurredAtMs < endsAtMs
}

function seriesSlotMs({ startsAtMs, endsAtMs }: Contest): number {
  return Math.max(1000, Math.ceil((endsAtMs - startsAtMs) / mostSeriesSlots))
}

async function movesOfFacts(redis: Stores['redis'], facts: string, contest: Contest): Promise<ContestMove[]> {
  const stored = Object.entries(await redis.hgetall(facts)).map(([activityKey, text]): ContestFact => {
    const { r, a, s } = JSON.parse(text) as StoredFact
    const shares = s.map(([, personId, amount, ruleId, day]) => ({ personId, amount, ruleId: ruleId || null, day }))
    return { activityKey, revision: r, occurredAtMs: a, recordedAtMs: a, shares }
  })
  return contestMoves(contest, stored, Number.POSITIVE_INFINITY)
}

function movesOfSlots(gains: Record<string, string>, fromMs: number, slotMs: number): ContestMove[] {
  return Object.entries(gains)
    .map(([slot, gain]): ContestMove => {
      const [at = 0, side = 0] = slot.split('|').map(Number)
      return { atMs: fromMs + at * slotMs, side, personId: '', delta: Number(gain) }
    })
    .sort((a, b) => a.atMs - b.atMs)
}

function pairs(list: string[]): { personId: string; value: number }[] {
  return list.flatMap((personId, at) =>
    at % 2 === 1 || Number(list[at + 1]) === 0 ? [] : [{ personId, value: Number(list[at + 1]) }],
  )
}
