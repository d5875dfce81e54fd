import { hash } from 'node:crypto'
import type { Person } from '#shared/person.ts'
import type { LocalDay } from '#shared/schema.ts'
import { type Streak, streakRuns } from '#shared/streak.ts'
import type { Definitions } from './definitions.ts'
import type { StreakRunDoc } from './gameDocuments.ts'
import { insertNew } from './insertNew.ts'
import type { Mongo } from './mongo.ts'
import { personDays } from './personPeriod.ts'
import type { TallyPage } from './tallyPage.ts'

/** The id of a person's last run of a streak. */
export function runId({ id }: Pick<Streak, 'id'>, personId: string): string {
  return `${id}.${personId}`
}

/** What a run is worked out by besides the tallies, as a short hash. */
export function runBasis(
  { organization, metrics }: Definitions,
  { metricId, target }: Streak,
  leaveDays: readonly LocalDay[] = [],
): string {
  const metric = metrics.find(({ id }) => id === metricId)
  // Tallies tell of a changed selection; a changed formula they do not know.
  const formulas = metric?.source.type === 'formula' ? metrics.map(({ source }) => source) : null
  const text = JSON.stringify([metricId, metric?.direction, formulas, target, organization.calendar, leaveDays])
  return hash('sha256', text, 'base64url').slice(0, 16)
}

/** Stored last runs by id. */
export async function runsById(mongo: Mongo, ids: string[]): Promise<Map<string, StreakRunDoc>> {
  const docs = await mongo.streakRuns.find({ _id: { $in: ids } }).lean()
  return new Map(docs.map((doc) => [doc._id, doc]))
}

/** A person's last run and longest one, from all of the person's pages; `lastAtMs`: when its last day was met or later. */
export function runDoc(
  definitions: Definitions,
  streak: Streak,
  person: Pick<Person, 'id' | 'leaveDays'>,
  pages: readonly TallyPage[],
): { doc: StreakRunDoc; lastAtMs: number } {
  const { values, entries, lastAtMs } = personDays(definitions, { metricId: streak.metricId, pages })
  const { direction } = definitions.metrics.find((metric) => metric.id === streak.metricId) ?? {}
  const { calendar, id: org } = definitions.organization
  const facts = { dayValues: values, calendar, leaveDays: person.leaveDays, today: '9999-12-31' }
  const runs = streakRuns(streak.target, { ...facts, ...(direction ? { direction } : {}) })
  const last = runs.at(-1)
  return {
    doc: {
      _id: runId(streak, person.id),
      org,
      streakId: streak.id,
      personId: person.id,
      fromDay: last?.fromDay ?? null,
      lastDay: last?.lastDay ?? null,
      days: last?.days ?? 0,
      best: Math.max(0, ...runs.map((run) => run.days)),
      entries,
      basis: runBasis(definitions, streak, person.leaveDays),
    },
    lastAtMs: last ? (lastAtMs.get(last.lastDay) ?? 0) : 0,
  }
}

/** Writes runs; one from fewer ledger lines never takes the place of one from more, unless another rule now counts them. */
export async function writeRuns(mongo: Mongo, docs: readonly StreakRunDoc[]): Promise<void> {
  if (docs.length === 0) return
  const operations = docs.map(({ _id, ...fields }) => {
    const older = { _id, $or: [{ entries: { $lte: fields.entries } }, { basis: { $ne: fields.basis } }] }
    return { updateOne: { filter: older, update: { $set: fields }, upsert: true } }
  })
  await insertNew(() => mongo.streakRuns.collection.bulkWrite(operations as never[], { ordered: false }))
}
