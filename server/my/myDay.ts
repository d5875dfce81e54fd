import type { ContestListItem } from '#shared/contract/contestList.ts'
import type { MyDay, RecentActivity, StandingLine } from '#shared/contract/myDay.ts'
import { liveEntries } from '#shared/ledger.ts'
import { addDays, localDay } from '#shared/period.ts'
import { type Person, teamAt } from '#shared/person.ts'
import { readBoardView } from '../data/boardView.ts'
import { listContests } from '../data/contests.ts'
import type { Definitions } from '../data/definitions.ts'
import type { ActivityDoc } from '../data/documents.ts'
import { personDayValues } from '../data/memberDay.ts'
import { entriesOfPerson, newestOf, ownPending } from '../data/personActivities.ts'
import { recognitionOf } from '../data/recognition.ts'
import type { Stores } from '../data/stores.ts'

const maxBoards = 5
const maxMetrics = 50
const maxRecent = 20
const recentDays = 14
const maxContests = 20

/** All that a person's first screen shows, as of an instant. */
export async function readMyDay(
  stores: Stores,
  definitions: Definitions,
  { person, seesAll, nowMs }: { person: Person; seesAll: boolean; nowMs: number },
): Promise<MyDay> {
  const day = localDay(nowMs, definitions.organization.zone)
  const teamId = teamAt(person, nowMs)
  const team = teamId === null ? undefined : definitions.teams.get(teamId)
  const { zone } = definitions.organization
  const [boards, values, recent, recognition, contests] = await Promise.all([
    standingLines(stores, definitions, { person, seesAll, day, nowMs }),
    personDayValues(stores.mongo, definitions, person.id, day),
    recentActivities(stores, definitions, person, day),
    recognitionOf(stores.mongo, definitions, { person, nowMs }),
    listContests(stores.mongo, definitions.organization.id, { limit: 50, nowMs }),
  ])
  const metrics = values.slice(0, maxMetrics).flatMap(({ metricId, value }) => {
    const metric = definitions.metrics.find((one) => one.id === metricId)
    return metric ? [{ metricId, name: metric.name, unit: metric.unit, value }] : []
  })
  return {
    person: { id: person.id, name: person.name, teamName: team?.name ?? null, color: team?.color ?? null },
    day,
    boards,
    metrics,
    recent,
    badges: recognition.badges,
    streaks: recognition.streaks.map(({ best: _best, atRisk: _risk, ...streak }) => streak),
    contests: contests.filter((contest) => isOfToday(contest, { nowMs, day, zone })).slice(0, maxContests),
  }
}

/** Is it running or counted out, or does it start today? */
function isOfToday(
  { phase, startsAtMs }: ContestListItem,
  { nowMs, day, zone }: { nowMs: number; day: string; zone: string },
): boolean {
  if (phase === 'live' || phase === 'closing') return true
  return phase === 'scheduled' && startsAtMs >= nowMs && localDay(startsAtMs, zone) === day
}

/** Today's points first, then the boards of people in their order. */
async function standingLines(
  stores: Stores,
  definitions: Definitions,
  { person, seesAll, day, nowMs }: { person: Person; seesAll: boolean; day: string; nowMs: number },
): Promise<StandingLine[]> {
  const pointsId = definitions.metrics.find((metric) => metric.source.type === 'points')?.id
  const boards = definitions.boards.filter((board) => board.active && board.audience.of === 'people')
  const main = boards.find((board) => board.metricId === pointsId && board.cycle.every === 'day')
  const chosen = [...(main ? [main] : []), ...boards.filter((board) => board !== main)].slice(0, maxBoards)
  const lines = await Promise.all(
    chosen.map(async (board): Promise<StandingLine[]> => {
      const request = { board, day, top: 10, around: person.id }
      const view = await readBoardView(stores, definitions, request, { seesAll }, nowMs)
      if (!view) return []
      const place = view.around.findIndex((row) => row.memberId === person.id)
      const row = view.around[place]
      return [
        {
          boardId: board.id,
          name: board.name,
          unit: view.metric.unit,
          rank: row?.rank ?? null,
          value: row?.value ?? null,
          gap: row?.gap ?? null,
          nextName: view.around[place - 1]?.name ?? null,
          total: view.total,
        },
      ]
    }),
  )
  return lines.flat()
}

async function recentActivities(
  { mongo }: Stores,
  { organization, metrics }: Definitions,
  person: Person,
  day: string,
): Promise<RecentActivity[]> {
  const org = organization.id
  const pointsId = metrics.find((metric) => metric.source.type === 'points')?.id
  const window = { org, personId: person.id, fromDay: addDays(day, 1 - recentDays), toDay: addDays(day, 2) }
  const [entries, pending] = await Promise.all([
    entriesOfPerson(mongo, window),
    ownPending(mongo, { org, personId: person.id, limit: maxRecent }),
  ])
  const newestFirst = [...entries].sort(([, a], [, b]) => lastAt(b) - lastAt(a)).slice(0, maxRecent)
  const scored = await newestOf(
    mongo,
    newestFirst.map(([key]) => key),
  )
  const docs = new Map([...scored, ...pending.map((doc) => [doc.key, doc] as const)])
  return [...docs.values()]
    .filter((doc) => !doc.voided)
    .sort((a, b) => b.occurredAt.getTime() - a.occurredAt.getTime())
    .slice(0, maxRecent)
    .map((doc) => {
      const lines = liveEntries(entries.get(doc.key) ?? []).flatMap((entry) => entry.lines)
      const points = lines.filter((line) => line.metricId === pointsId).reduce((sum, line) => sum + line.amount, 0)
      return presentRecent(doc, points)
    })
}

function lastAt(entries: readonly { occurredAtMs: number }[]): number {
  return Math.max(...entries.map((entry) => entry.occurredAtMs))
}

function presentRecent(doc: ActivityDoc, points: number): RecentActivity {
  const { account } = doc.attributes
  return {
    key: doc.key,
    kind: doc.kind,
    occurredAtMs: doc.occurredAt.getTime(),
    points,
    valueMinor: doc.valueMinor,
    currency: doc.currency,
    account: typeof account === 'string' ? account : null,
    evidence: doc.evidence,
  }
}
