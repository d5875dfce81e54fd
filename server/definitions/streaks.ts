import { type Streak, streakInputSchema, streakSchema } from '#shared/streak.ts'
import { wrongField } from './checks.ts'
import type { DefinitionNoun } from './definitionNoun.ts'

/** Streaks: over a metric that exists. They are worked out from the days, so there is nothing to do about the past. */
export const streakNoun: DefinitionNoun<Streak> = {
  noun: 'streak',
  path: '/streaks',
  input: streakInputSchema,
  schema: streakSchema,
  writers: 'manager',
  most: 50,
  model: (mongo) => mongo.streaks,
  all: ({ streaks }) => streaks,
  check({ definitions: { metrics }, after }) {
    if (after && !metrics.some((metric) => metric.id === after.metricId))
      throw wrongField('streak.metric', 'metricId', 'There is no such metric')
  },
  effect: () => ({ boards: false, worth: false }),
}
