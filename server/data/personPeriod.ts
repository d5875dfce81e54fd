import type { Period } from '#shared/period.ts'
import type { LocalDay } from '#shared/schema.ts'
import { type MeasuredStanding, measureStanding } from '#shared/standing.ts'
import { capDay, emptySummary, mergeSummaries, type Summary } from '#shared/summary.ts'
import { dailyCaps } from './boardInputs.ts'
import type { Definitions } from './definitions.ts'
import type { TallyPage } from './tallyPage.ts'

/** A person's value of a metric over a period, from all of that person's pages of the metric's inputs. */
export function measurePerson(
  definitions: Definitions,
  {
    personId,
    metricId,
    pages,
    period,
  }: { personId: string; metricId: string; pages: readonly TallyPage[]; period: Period },
): MeasuredStanding {
  return measureStanding(
    { board: { metricId, secondMetricId: null }, memberId: personId, pages, period },
    {
      inputs: definitions.values.inputs(metricId),
      dailyCaps: dailyCaps(definitions),
      valueOfMetric: definitions.values.value,
    },
  )
}

/** A person's value of a metric on each day that has one, and how many ledger lines are behind them. */
export function personDays(
  definitions: Definitions,
  { metricId, pages }: { metricId: string; pages: readonly TallyPage[] },
): { values: Map<LocalDay, number>; entries: number; lastAtMs: Map<LocalDay, number> } {
  const caps = dailyCaps(definitions)
  const inputs = definitions.values.inputs(metricId)
  const days = new Map<LocalDay, Map<string, Summary>>()
  let entries = 0
  for (const page of pages) {
    if (page.of !== 'people') continue
    for (const metricId of inputs)
      for (const [day, summary] of page.metrics.get(metricId) ?? []) {
        const ofDay = days.get(day) ?? new Map<string, Summary>()
        days.set(day, ofDay)
        ofDay.set(metricId, mergeSummaries(ofDay.get(metricId) ?? emptySummary(), summary))
        entries += summary.entries
      }
  }
  const values = new Map<LocalDay, number>()
  const lastAtMs = new Map<LocalDay, number>()
  for (const [day, folded] of days) {
    // Capped when the parts of a day are together: who changes teams amid it has one cap.
    const value = definitions.values.value(metricId, (id) => capDay(folded.get(id) ?? emptySummary(), caps))
    if (value === null) continue
    values.set(day, value)
    lastAtMs.set(day, Math.max(...[...folded.values()].map((summary) => summary.lastAtMs ?? 0)))
  }
  return { values, entries, lastAtMs }
}
