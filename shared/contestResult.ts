import { canonicalJson } from './canonical.ts'
import { type Contest, closesAtMs } from './contest.ts'
import { type ContestFact, type ContestMove, contestMoves } from './contestFacts.ts'

/** How far back momentum looks. */
export const momentumMs = 10 * 60_000

/** A side's outcome; all numbers are integers. {@link sideValue} is what the contest is decided by. */
export type SideResult = {
  teamId: string
  total: number
  rosterSize: number
  /** When the total became what it is; `null` when nothing counted. */
  reachedAtMs: number | null
  /** Players for whom something counted, by id. */
  people: { personId: string; value: number }[]
}

/** A contest's outcome: the same for the same facts, whatever order they came in. `canonicalJson` of it is hashed. */
export type ContestResult = {
  version: 1
  contestId: string
  metricId: string
  aggregation: Contest['aggregation']
  startsAtMs: number
  endsAtMs: number
  closesAtMs: number
  /** In the order of the contest. */
  sides: SideResult[]
  /** Empty when nothing counted for anyone; several when they share the first place. */
  winnerTeamIds: string[]
  /** How often another side came to lead alone. */
  leadChanges: number
}

/**
 * The result from all known facts. By default only what was recorded before the contest closed counts; a later `cutoffMs`
 * answers what it would be with the facts that came after that.
 */
export function contestResult(
  contest: Contest,
  facts: Iterable<ContestFact>,
  cutoffMs: number = closesAtMs(contest),
): ContestResult {
  const moves = contestMoves(contest, facts, cutoffMs)
  const sides = contest.sides.map((side, index): SideResult => {
    const own = moves.filter((move) => move.side === index)
    const people = new Map<string, number>()
    for (const { personId, delta } of own) people.set(personId, (people.get(personId) ?? 0) + delta)
    return {
      teamId: side.teamId,
      total: own.reduce((sum, move) => sum + move.delta, 0),
      rosterSize: side.roster.length,
      reachedAtMs: own.at(-1)?.atMs ?? null,
      people: [...people]
        .map(([personId, value]) => ({ personId, value }))
        .sort((a, b) => (a.personId < b.personId ? -1 : 1)),
    }
  })
  const { startsAtMs, endsAtMs, aggregation, metricId } = contest
  return {
    version: 1,
    contestId: contest.id,
    metricId,
    aggregation,
    startsAtMs,
    endsAtMs,
    closesAtMs: closesAtMs(contest),
    sides,
    winnerTeamIds: winners(sides, aggregation),
    leadChanges: leadChanges(contest, moves),
  }
}

/** What a side's place is decided by: its total, or that by its people (then a fraction, for showing). */
export function sideValue(side: Pick<SideResult, 'total' | 'rosterSize'>, aggregation: Contest['aggregation']): number {
  return aggregation === 'sum' ? side.total : side.total / side.rosterSize
}

/** Order of two sides: more value, then who reached it first, then 0 for a shared place. Exact, also per capita. */
export function compareSides(a: SideResult, b: SideResult, aggregation: Contest['aggregation']): number {
  return -compareTotals(a, b, aggregation) || (a.reachedAtMs ?? Infinity) - (b.reachedAtMs ?? Infinity) || 0
}

/** What the sides' totals gained in the {@link momentumMs} up to an instant, in the order of the contest's sides. */
export function momentum(contest: Pick<Contest, 'sides'>, moves: readonly ContestMove[], nowMs: number): number[] {
  const gains = contest.sides.map(() => 0)
  for (const { atMs, side, delta } of moves)
    if (nowMs - momentumMs < atMs && atMs <= nowMs) gains[side] = (gains[side] ?? 0) + delta
  return gains
}

/** Would a result with facts that came later differ in anyone's value or in who won? */
export function isRestated(stored: ContestResult, now: ContestResult): boolean {
  const outcome = ({ sides, winnerTeamIds }: ContestResult) =>
    canonicalJson({ sides: sides.map(({ teamId, total, people }) => ({ teamId, total, people })), winnerTeamIds })
  return outcome(stored) !== outcome(now)
}

/** By cross-multiplication where sizes differ, since two fractions that look equal may not be. */
function compareTotals(
  a: Pick<SideResult, 'total' | 'rosterSize'>,
  b: Pick<SideResult, 'total' | 'rosterSize'>,
  aggregation: Contest['aggregation'],
): number {
  if (aggregation === 'sum' || a.rosterSize === b.rosterSize) return Math.sign(a.total - b.total)
  const left = BigInt(a.total) * BigInt(b.rosterSize)
  const right = BigInt(b.total) * BigInt(a.rosterSize)
  return left > right ? 1 : left < right ? -1 : 0
}

function winners(sides: readonly SideResult[], aggregation: Contest['aggregation']): string[] {
  if (sides.every((side) => side.reachedAtMs === null)) return []
  return sides
    .filter((side) => sides.every((other) => compareSides(side, other, aggregation) <= 0))
    .map((side) => side.teamId)
}

/**
 * How often another side came to lead alone. `moves` are in the order in which they happened; those of one instant count
 * together; while two share the lead, who led before still does.
 */
export function leadChanges(contest: Pick<Contest, 'sides' | 'aggregation'>, moves: readonly ContestMove[]): number {
  const standing = contest.sides.map((side) => ({ total: 0, rosterSize: side.roster.length }))
  let leader: number | null = null
  let changes = 0
  for (const [index, move] of moves.entries()) {
    const side = standing[move.side]
    if (side) side.total += move.delta
    if (moves[index + 1]?.atMs === move.atMs) continue
    const ahead = standing.findIndex((one) =>
      standing.every((other) => other === one || compareTotals(one, other, contest.aggregation) > 0),
    )
    if (ahead < 0 || ahead === leader) continue
    if (leader !== null) changes += 1
    leader = ahead
  }
  return changes
}
