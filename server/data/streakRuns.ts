import type { Person } from '#shared/person.ts'
import { type Streak, streakRuns } from '#shared/streak.ts'
import { insertNew } from './activities.ts'
import type { Definitions } from './definitions.ts'
import type { StreakRunDoc } from './gameDocuments.ts'
import type { Mongo } from './mongo.ts'
import { personDays } from './personPeriod.ts'
import type { TallyPage } from './tallies.ts'

/** Stored last runs by id. */
export async function runsById(mongo: Mongo, ids: string[]): Promise<Map<string, StreakRunDoc>> {
  const docs = await mongo.streakRuns.find({ _id: { $in: ids } }).lean()
  return new Map(docs.map((doc) => [doc._id, doc]))
}

/** A person's last run and longest one, from all of the person's pages; `lastAtMs`: when its last day was met or later. */
export function runDoc(
  definitions: Definitions,
  streak: Streak,
  person: Person,
  pages: readonly TallyPage[],
  basis: string,
): { doc: StreakRunDoc; lastAtMs: number } {
  const { values, entries, lastAtMs } = personDays(definitions, { metricId: streak.metricId, pages })
  const { direction } = definitions.metrics.find((metric) => metric.id === streak.metricId) ?? {}
  const { calendar, id: org } = definitions.organization
  const facts = { dayValues: values, calendar, leaveDays: person.leaveDays, today: '9999-12-31' }
  const runs = streakRuns(streak.target, { ...facts, ...(direction ? { direction } : {}) })
  const last = runs.at(-1)
  return {
    doc: {
      _id: `${streak.id}.${person.id}`,
      org,
      streakId: streak.id,
      personId: person.id,
      fromDay: last?.fromDay ?? null,
      lastDay: last?.lastDay ?? null,
      days: last?.days ?? 0,
      best: Math.max(0, ...runs.map((run) => run.days)),
      entries,
      basis,
    },
    lastAtMs: last ? (lastAtMs.get(last.lastDay) ?? 0) : 0,
  }
}

/** Writes runs; one that was worked out from fewer ledger lines never takes the place of one from more. */
export async function writeRuns(mongo: Mongo, docs: readonly StreakRunDoc[]): Promise<void> {
  if (docs.length === 0) return
  const operations = docs.map(({ _id, ...fields }) => ({
    updateOne: { filter: { _id, entries: { $lte: fields.entries } }, update: { $set: fields }, upsert: true },
  }))
  await insertNew(() => mongo.streakRuns.collection.bulkWrite(operations as never[], { ordered: false }))
}
