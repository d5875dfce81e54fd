import type { LocalDay } from '#shared/schema.ts'
import { capDay, emptySummary, mergeSummaries, type Summary } from '#shared/summary.ts'
import { dailyCaps } from './boardInputs.ts'
import type { Definitions } from './definitions.ts'
import type { Mongo } from './mongo.ts'
import { pagesOfMembers } from './tallies.ts'
import { partsOf } from './tallyPage.ts'

/** What one metric came to on one day; `cut` is what daily caps took away. */
export interface MetricDay {
  metricId: string
  value: number | null
  cut: number
}

/** A person's values of every active metric on a local day, from the tallies. */
export async function personDayValues(
  mongo: Mongo,
  definitions: Definitions,
  personId: string,
  day: LocalDay,
): Promise<MetricDay[]> {
  const { metrics, values, organization } = definitions
  const month = day.slice(0, 7)
  const pages = await pagesOfMembers(mongo, {
    org: organization.id,
    memberIds: [personId],
    parts: partsOf(metrics.map((metric) => metric.id)),
    fromMonth: month,
    toMonth: month,
  })
  const caps = dailyCaps(definitions)
  const folded = new Map<string, Summary>()
  for (const page of pages)
    for (const [metricId, days] of page.of === 'people' ? page.metrics : []) {
      const cell = days.get(day)
      if (cell) folded.set(metricId, mergeSummaries(folded.get(metricId) ?? emptySummary(), cell))
    }
  // Capped when the parts of the day are together: who changes teams amid it has one cap.
  const fold = (metricId: string) => folded.get(metricId) ?? emptySummary()
  const capped = (metricId: string) => capDay(fold(metricId), caps)
  return metrics
    .filter((metric) => metric.active)
    .map(({ id }) => ({ metricId: id, value: values.value(id, capped), cut: fold(id).sum - capped(id).sum }))
}
