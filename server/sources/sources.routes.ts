import { z } from 'zod'
import { newKeySchema, type Source, sourceInputSchema, sourceSchema } from '#shared/contract/source.ts'
import { manualSourceId } from '#shared/ownEntries.ts'
import { idSchema } from '#shared/schema.ts'
import { withLock } from '../data/lock.ts'
import { key } from '../data/redis.ts'
import {
  createKey,
  hasSent,
  listSources,
  maxKeys,
  maxSources,
  readSource,
  revokeKey,
  sourceView,
} from '../data/sourceKeys.ts'
import type { Stores } from '../data/stores.ts'
import { newId } from '../data/tokens.ts'
import { notFound, Refusal } from '../http/problems.ts'
import { type Route, route } from '../http/route.ts'

const byId = z.strictObject({ id: idSchema })
const byHint = byId.extend({
  hint: z.string().regex(/^pb_[A-Za-z0-9_-]{5}$/, 'A key begins with pb_ and five letters'),
})

/** Systems that send activities, and their keys. */
export function sourceRoutes({ mongo, redis }: Pick<Stores, 'mongo' | 'redis'>): Route[] {
  return [
    route({
      method: 'get',
      path: '/sources',
      summary: 'All sources; how their keys begin is shown to admins',
      permit: 'manager',
      answer: z.object({ items: z.array(sourceSchema) }),
      async handle({ principal }) {
        const items = await listSources(mongo, principal.org)
        return { items: principal.role === 'admin' ? items : items.map((source) => ({ ...source, keys: [] })) }
      },
    }),
    route({
      method: 'post',
      path: '/sources',
      summary: 'A new source',
      permit: 'admin',
      body: sourceInputSchema,
      answer: sourceSchema,
      status: 201,
      async handle({ principal: { org }, body }) {
        return await locked(org, async () => {
          if ((await mongo.sources.countDocuments({ org })) >= maxSources)
            throw new Refusal(409, 'source.too_many', `There are ${maxSources} sources already, which is the most`)
          const id = newId()
          const source = { _id: id, org, ...body, createdAt: new Date(), lastActivityAt: null }
          await mongo.sources.create(source)
          return sourceView(source, [])
        })
      },
    }),
    route({
      method: 'put',
      path: '/sources/:id',
      summary: 'Rename a source, or stop taking what it sends',
      permit: 'admin',
      params: byId,
      body: sourceInputSchema,
      answer: sourceSchema,
      async handle({ principal: { org }, params: { id }, body }) {
        await mongo.sources.updateOne({ _id: id, org }, { $set: body })
        return await sourceOf(org, id)
      },
    }),
    route({
      method: 'delete',
      path: '/sources/:id',
      summary: 'Remove a source that never sent anything',
      permit: 'admin',
      params: byId,
      async handle({ principal: { org }, params: { id } }) {
        const source = await mongo.sources.findOne({ _id: id, org }).lean()
        if (!source) throw notFound('source')
        if (id === manualSourceId(org) || (await hasSent(mongo, source)))
          throw new Refusal(409, 'source.in_use', 'Activities of this source are kept; make it inactive instead')
        await mongo.apiKeys.deleteMany({ org, sourceId: id })
        await mongo.sources.deleteOne({ _id: id, org })
      },
    }),
    route({
      method: 'post',
      path: '/sources/:id/keys',
      summary: 'A new key of a source, shown this once',
      permit: 'admin',
      params: byId,
      answer: newKeySchema,
      status: 201,
      async handle({ principal: { org }, params: { id } }) {
        return await locked(org, async () => {
          const { keys } = await sourceOf(org, id)
          if (id === manualSourceId(org))
            throw new Refusal(409, 'source.manual', 'Own entries are sent by people who are signed in, not with a key')
          if (keys.filter((one) => one.revokedAtMs === null).length >= maxKeys)
            throw new Refusal(409, 'key.too_many', `A source has at most ${maxKeys} keys; revoke one first`)
          const taken = new Set(keys.map((one) => one.hint))
          return await createKey(mongo, { org, sourceId: id, scopes: ['activities:write'], taken })
        })
      },
    }),
    route({
      method: 'delete',
      path: '/sources/:id/keys/:hint',
      summary: 'Revoke a key; it ends within seconds',
      permit: 'admin',
      params: byHint,
      async handle({ principal: { org }, params: { id, hint } }) {
        await sourceOf(org, id)
        if (!(await revokeKey(mongo, { org, sourceId: id, hint }))) throw notFound('key')
      },
    }),
  ]

  async function sourceOf(org: string, id: string): Promise<Source> {
    const source = await readSource(mongo, org, id)
    if (!source) throw notFound('source')
    return source
  }

  function locked<T>(org: string, work: () => Promise<T>): Promise<T> {
    return withLock(redis, key(org, 'lock', 'sources'), work)
  }
}
