import type { Activity } from './activity.ts'
import { type ScoringDefinitions, worthOf } from './scoring.ts'
import { addLine, capDay, emptySummary, mergeSummaries, type Summary } from './summary.ts'

/** Day summaries of what activities are worth under some definitions, held in memory. */
export interface LiveDays {
  /** Answers whether the activity is worth anything. */
  add(activity: Activity): boolean
  people(): Iterable<string>
  /** Of a person: each metric over all days, daily caps applied. */
  folded(personId: string): Map<string, Summary>
}

/** Gathers what activities are worth, as the tallies would. */
export function liveDays(definitions: ScoringDefinitions): LiveDays {
  const caps = new Map(definitions.rules.flatMap((rule) => (rule.dailyCap === null ? [] : [[rule.id, rule.dailyCap]])))
  const cappedRules = new Set(caps.keys())
  const byPerson = new Map<string, Map<string, Map<string, Summary>>>()
  return {
    add(activity) {
      const drafts = worthOf(activity, definitions)
      for (const { personId, day, occurredAtMs, lines } of drafts)
        for (const line of lines) {
          const days = child(child(byPerson, personId), line.metricId)
          const summary = days.get(day) ?? emptySummary()
          days.set(day, summary)
          addLine(summary, { ...line, personId, entryId: activity.key, reverses: null, occurredAtMs }, cappedRules)
        }
      return drafts.length > 0
    },
    people: () => byPerson.keys(),
    folded(personId) {
      const folded = new Map<string, Summary>()
      for (const [metricId, days] of byPerson.get(personId) ?? [])
        folded.set(metricId, [...days.values()].map((day) => capDay(day, caps)).reduce(mergeSummaries, emptySummary()))
      return folded
    },
  }
}

function child<K, V>(map: Map<K, Map<string, V>>, key: K): Map<string, V> {
  const found = map.get(key) ?? new Map<string, V>()
  map.set(key, found)
  return found
}
