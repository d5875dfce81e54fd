import type { Connection, Model } from 'mongoose'
import { type Board, boardSchema } from '#shared/board.ts'
import { type Metric, metricSchema } from '#shared/metric.ts'
import { type Person, personSchema } from '#shared/person.ts'
import { type PointsRule, pointsRuleSchema } from '#shared/points.ts'
import { type Team, teamSchema } from '#shared/team.ts'
import { collection, type Index, Mixed } from './schema.ts'

/** A definition as stored: its own fields, the organization, and its id as `_id`. */
export type Stored<T extends { id: string }> = Omit<T, 'id'> & { _id: string; org: string }

/** The collection of one kind of definition. */
export type DefinitionModel<T extends { id: string }> = Model<Stored<T>>

export interface DefinitionCollections {
  teams: Model<Stored<Team>>
  people: Model<Stored<Person>>
  metrics: Model<Stored<Metric>>
  pointsRules: Model<Stored<PointsRule>>
  boards: Model<Stored<Board>>
}

/** What people define about their organization. zod has checked every field, so the database only knows their names. */
export function definitionCollections(connection: Connection): DefinitionCollections {
  const define = <T extends { id: string }>(
    name: string,
    shape: Record<string, unknown>,
    indexes: Index[] = [],
  ): Model<Stored<T>> => {
    const fields = Object.fromEntries(Object.keys(shape).flatMap((key) => (key === 'id' ? [] : [[key, Mixed]])))
    return collection<Stored<T>>(connection, name, { org: { type: String, required: true }, ...fields }, [
      [{ org: 1 }],
      ...indexes,
    ])
  }
  return {
    teams: define<Team>('teams', teamSchema.shape),
    people: define<Person>('people', personSchema.shape),
    metrics: define<Metric>('metrics', metricSchema.shape, [[{ org: 1, slug: 1 }, { unique: true }]]),
    pointsRules: define<PointsRule>('pointsRules', pointsRuleSchema.shape),
    boards: define<Board>('boards', boardSchema.shape),
  }
}
