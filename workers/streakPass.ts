import type { Definitions } from '#server/data/definitions.ts'
import { type FeedWrite, insertFeed } from '#server/data/feed.ts'
import type { StreakRunDoc } from '#server/data/gameDocuments.ts'
import { publishNews } from '#server/data/news.ts'
import { personDays } from '#server/data/personPeriod.ts'
import type { Stores } from '#server/data/stores.ts'
import { runBasis, runDoc, runId, runsById, writeRuns } from '#server/data/streakRuns.ts'
import { pagesOfMembers } from '#server/data/tallies.ts'
import { partsOf, type TallyPage } from '#server/data/tallyPage.ts'
import type { FeedItem } from '#shared/contract/feed.ts'
import { feedKeptMs, feedLiveMs } from '#shared/feed.ts'
import type { LocalDay } from '#shared/schema.ts'
import { isStreakMilestone, isTargetMet, type Streak } from '#shared/streak.ts'
import { whoIs } from './feedItems.ts'
import type { Tallied, TouchedPage } from './tallyPass.ts'

const maxRounds = 10

/** A person's streak that a pass may have changed, with the days that it touched. */
interface TouchedStreak {
  id: string
  streak: Streak
  personId: string
  days: Set<LocalDay>
}

/**
 * Brings the streaks of everyone whose tallies a pass has touched up to them. What is stored says which days the last run
 * covers, so a touched day that is covered and met, or neither, changes nothing; only the others are worked out from all
 * days. What was just written is looked at again: a correction that came between reading and writing found nothing to do.
 */
export async function streakPass(
  stores: Stores,
  definitions: Definitions,
  { touched, talliedMs, nowMs }: Tallied & { nowMs: number },
): Promise<void> {
  const open = touchedStreaks(definitions, touched)
  if (open.length === 0) return
  const known = await runsById(
    stores.mongo,
    open.map(({ id }) => id),
  )
  const days = open.flatMap((one) => [...one.days]).sort()
  const recent = await pagesOf(stores, definitions, open, [days[0] ?? '', days.at(-1) ?? ''], talliedMs)
  const changed = open.filter((one) => mayDiffer(definitions, one, known.get(one.id), recent))
  const written = new Map<string, number>()
  for (let left = changed, round = 0; left.length > 0; round++) {
    if (round >= maxRounds) throw new Error('Streaks keep changing while they are written')
    const runs = (await runsOf(stores, definitions, left)).filter(({ doc }) => written.get(doc._id) !== doc.entries)
    const items = runs.flatMap(({ one, doc, lastAtMs }) => milestone(definitions, one.streak, doc, lastAtMs) ?? [])
    await tellMilestones(stores, definitions.organization.id, items, nowMs)
    await writeRuns(
      stores.mongo,
      runs.map(({ doc }) => doc),
    )
    for (const { doc } of runs) written.set(doc._id, doc.entries)
    left = runs.map(({ one }) => one)
  }
}

/** Runs as all days say now. */
async function runsOf(stores: Stores, definitions: Definitions, streaks: readonly TouchedStreak[]) {
  const pages = await pagesOf(stores, definitions, streaks, ['', '~'])
  return streaks.flatMap((one) => {
    const own = pages.filter((page) => page.memberId === one.personId)
    const person = definitions.people.get(one.personId)
    return person ? [{ one, ...runDoc(definitions, one.streak, person, own) }] : []
  })
}

function touchedStreaks(definitions: Definitions, touched: readonly TouchedPage[]): TouchedStreak[] {
  const found = new Map<string, TouchedStreak>()
  for (const streak of definitions.streaks) {
    if (!streak.active) continue
    const inputs = definitions.values.inputs(streak.metricId)
    for (const { ref, days, metricIds } of touched) {
      if (ref.of !== 'people' || inputs.isDisjointFrom(metricIds)) continue
      const id = runId(streak, ref.memberId)
      const one = found.get(id) ?? { id, streak, personId: ref.memberId, days: new Set<LocalDay>() }
      found.set(id, one)
      for (const day of days.keys()) one.days.add(day)
    }
  }
  return [...found.values()]
}

function mayDiffer(
  definitions: Definitions,
  one: TouchedStreak,
  run: StreakRunDoc | undefined,
  pages: readonly TallyPage[],
): boolean {
  const leaveDays = definitions.people.get(one.personId)?.leaveDays
  if (run && run.basis !== runBasis(definitions, one.streak, leaveDays)) return true
  const own = pages.filter((page) => page.memberId === one.personId)
  const { values } = personDays(definitions, { metricId: one.streak.metricId, pages: own })
  const { direction } = definitions.metrics.find((metric) => metric.id === one.streak.metricId) ?? {}
  return [...one.days].some((day) => {
    const value = values.get(day)
    const isMet = value !== undefined && isTargetMet(one.streak.target, value, direction)
    if (!run?.fromDay || !run.lastDay) return isMet
    // A day before the last run may belong to a longer one, which the best is about.
    if (day < run.fromDay) return true
    return isMet !== day <= run.lastDay
  })
}

async function pagesOf(
  { mongo }: Stores,
  definitions: Definitions,
  streaks: readonly TouchedStreak[],
  [fromDay, toDay]: [string, string],
  sinceMs?: number,
): Promise<TallyPage[]> {
  const range = {
    org: definitions.organization.id,
    memberIds: [...new Set(streaks.map(({ personId }) => personId))],
    parts: partsOf(new Set(streaks.flatMap(({ streak }) => [...definitions.values.inputs(streak.metricId)]))),
    fromMonth: fromDay.slice(0, 7),
    toMonth: toDay.slice(0, 7),
  }
  return await pagesOfMembers(mongo, range, sinceMs)
}

function milestone(
  definitions: Definitions,
  streak: Streak,
  { personId, lastDay, days }: StreakRunDoc,
  lastAtMs: number,
): FeedItem | null {
  const who = whoIs(definitions, personId, lastAtMs)
  if (lastDay === null || !who || !isStreakMilestone(days)) return null
  const id = `s-${streak.id}.${personId}.${lastDay}`
  return { id, type: 'streak', atMs: lastAtMs, ...who, streakName: streak.name, days }
}

async function tellMilestones(stores: Stores, org: string, items: readonly FeedItem[], nowMs: number): Promise<void> {
  const fresh = items.filter((item) => nowMs - item.atMs < feedKeptMs)
  const writes = fresh.map((item): FeedWrite => ({ id: item.id, atMs: item.atMs, revision: 1, item }))
  const refused = new Set((await insertFeed(stores.mongo, org, writes)).map(({ id }) => id))
  const live = fresh.filter((item) => !refused.has(item.id) && nowMs - item.atMs < feedLiveMs)
  await publishNews(
    stores.redis,
    org,
    live.slice(0, 10).map((item) => ({ type: 'feed', item })),
  )
}
