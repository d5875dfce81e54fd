import { type Board, boardInputSchema, boardSchema } from '#shared/board.ts'
import { differs, wrongField } from './checks.ts'
import type { DefinitionNoun } from './definitionNoun.ts'

/** Boards: what they show and whom they show exist. */
export const boardNoun: DefinitionNoun<Board> = {
  noun: 'board',
  path: '/boards',
  input: boardInputSchema,
  schema: boardSchema,
  writers: 'manager',
  most: 200,
  model: (mongo) => mongo.boards,
  all: ({ boards }) => boards,
  check({ definitions: { metrics, teams }, after }) {
    if (!after) return
    const known = new Set(metrics.map((metric) => metric.id))
    if (!known.has(after.metricId)) throw wrongField('board.metric', 'metricId', 'There is no such metric')
    if (after.secondMetricId !== null && !known.has(after.secondMetricId))
      throw wrongField('board.metric', 'secondMetricId', 'There is no such metric')
    const { audience } = after
    if (audience.of === 'people' && audience.teamId !== null && !teams.has(audience.teamId))
      throw wrongField('board.team', 'audience.teamId', 'There is no such team')
  },
  // A board's standings are kept under the version of all boards; one that was asleep has missed what happened.
  effect: ({ before, after }) => ({
    boards:
      before !== null &&
      after !== null &&
      differs(before, after, ['metricId', 'secondMetricId', 'audience', 'cycle', 'active']),
    worth: false,
  }),
}
