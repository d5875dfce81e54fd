import { z } from 'zod'
import { feedItemSchema } from '#shared/contract/feed.ts'
import { readFeed } from '../data/feed.ts'
import type { Mongo } from '../data/mongo.ts'
import { type Route, route } from '../http/route.ts'

const place = z
  .string()
  .regex(/^\d{1,15}\.[A-Za-z0-9._-]{1,300}$/, 'A place is what `next` said')
  .transform((text) => ({ atMs: Number(text.slice(0, text.indexOf('.'))), id: text.slice(text.indexOf('.') + 1) }))
const feedQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(30),
  /** `next` of the answer before. */
  before: place.optional(),
})

/** What happened, for the floor to see. */
export function feedRoutes(mongo: Mongo): Route[] {
  return [
    route({
      method: 'get',
      path: '/feed',
      summary: 'What happened, newest first, in pages',
      permit: 'viewer',
      query: feedQuery,
      answer: z.object({ items: z.array(feedItemSchema), next: z.string().nullable() }),
      handle: ({ principal, query }) =>
        readFeed(mongo, principal.org, { limit: query.limit, before: query.before ?? null }),
    }),
  ]
}
