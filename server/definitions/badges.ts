import { badgeRequestSchema, type DefinedBadge, definedBadgeSchema } from '#shared/badge.ts'
import { differs, wrongField } from './checks.ts'
import type { DefinitionNoun } from './definitionNoun.ts'

/** Badges: over a metric that exists, and a new one says what becomes of what was earned before. */
export const badgeNoun: DefinitionNoun<DefinedBadge> = {
  noun: 'badge',
  path: '/badges',
  input: badgeRequestSchema,
  schema: definedBadgeSchema,
  writers: 'manager',
  most: 100,
  model: (mongo) => mongo.badges,
  all: ({ badges }) => badges,
  kept: (after, before) => ({ ...after, past: after.past ?? pastOfChange(before, after) }),
  check({ definitions: { metrics }, before, after }) {
    if (!after) return
    if (!metrics.some((metric) => metric.id === after.metricId))
      throw wrongField('badge.metric', 'metricId', 'There is no such metric')
    if (!before && after.past === null)
      throw wrongField('badge.past', 'past', 'Say what becomes of what was earned before: grant, quiet or none')
  },
  effect: () => ({ boards: false, worth: false }),
}

/** A changed rule whose past nobody decides about is brought up to the facts quietly; what is still being decided goes on. */
function pastOfChange(before: DefinedBadge | null, after: DefinedBadge): DefinedBadge['past'] {
  if (!before || (before.past !== null && before.past !== 'settle')) return before?.past ?? null
  return differs(before, after, ['metricId', 'cycle', 'threshold', 'revocable', 'active']) ? 'quiet' : before.past
}
