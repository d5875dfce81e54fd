import type { Definitions } from '#server/data/definitions.ts'
import { type ActivityFeedItem, activityFeedItem, type FeedPerson } from '#shared/feed.ts'
import { teamAt } from '#shared/person.ts'
import type { ScoredActivity } from './scored.ts'

/** The feed item of an activity, or `null` when it has none (any more). */
export function itemOf(definitions: Definitions, { activity, live }: ScoredActivity): ActivityFeedItem | null {
  const pointsMetric = definitions.metrics.find((metric) => metric.active && metric.source.type === 'points')
  const personId = activity.credits[0]?.personId
  return activityFeedItem(activity, live, {
    pointsMetricId: pointsMetric?.id ?? null,
    who: personId === undefined ? null : whoIs(definitions, personId, activity.occurredAtMs),
  })
}

/** A person as the floor knows them, in the team of that instant; `null` when there is no such person. */
export function whoIs(definitions: Definitions, personId: string, atMs: number): FeedPerson | null {
  const person = definitions.people.get(personId)
  if (!person) return null
  const team = definitions.teams.get(teamAt(person, atMs) ?? '')
  return { personId, name: person.name, teamName: team?.name ?? null, color: team?.color ?? null }
}
