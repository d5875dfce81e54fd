import type { Document } from 'bson'
import { type Local, openLocal } from './local.ts'

/** A day of the month in which the sales are. */
export const day = (n: number): Date => new Date(Date.UTC(2024, 0, n))

/** A store of a test's own with a few `sales`, and the `people` who made them. */
export interface Sales {
  readonly local: Local
  /** the documents a pipeline gives, or the code it is refused with */
  readonly run: (pipeline: Document[], coll?: string, more?: Document) => unknown
}

export const openSales = (): Sales => {
  const local = openLocal()
  local.run({
    insert: 'sales',
    documents: [
      { _id: 1, who: 'ana', at: day(1), cents: 100 },
      { _id: 2, who: 'ana', at: day(2), cents: 300 },
      { _id: 3, who: 'ana', at: day(4), cents: 200 },
      { _id: 4, who: 'bo', at: day(1), cents: 300 },
      { _id: 5, who: 'bo', at: day(3), cents: 100 },
    ],
  })
  local.run({
    insert: 'people',
    documents: [
      { _id: 'ana', boss: 'cy', tags: ['a', 'b'] },
      { _id: 'bo', boss: 'cy', tags: [] },
      { _id: 'cy', boss: 'di' },
      { _id: 'di', boss: null },
    ],
  })
  local.run({ createIndexes: 'people', indexes: [{ key: { boss: 1 }, name: 'boss' }] })
  const run: Sales['run'] = (pipeline, coll = 'sales', more = {}) => {
    const reply = local.run({ aggregate: coll, pipeline, cursor: { batchSize: 1000 }, ...more })
    return reply.cursor ? reply.cursor.firstBatch : reply.code
  }
  return { local, run }
}
