import { z } from 'zod'
import { idSchema } from '#shared/schema.ts'
import { type ChangeStores, changeDefinitions } from '../data/definitionChange.ts'
import { definitionsOf, toStored } from '../data/definitions.ts'
import { newId } from '../data/tokens.ts'
import { pageOfList, pageQuery, pageSchema } from '../http/page.ts'
import type { UserPrincipal } from '../http/principal.ts'
import { notFound, Refusal } from '../http/problems.ts'
import { type Route, route } from '../http/route.ts'
import type { DefinitionNoun } from './definitionNoun.ts'

const byId = z.strictObject({ id: idSchema })

/** List, create, replace and remove: the same four routes for every kind of definition. */
export function definitionRoutes<T extends { id: string }>(parts: ChangeStores, spec: DefinitionNoun<T>): Route[] {
  const { mongo } = parts.stores
  const { noun, path, schema, input, writers } = spec
  const present = (one: T, principal: UserPrincipal) => spec.present?.(one, principal) ?? one
  return [
    route({
      method: 'get',
      path,
      summary: `Every ${noun}, in pages when asked`,
      permit: 'viewer',
      query: pageQuery,
      answer: pageSchema(schema),
      async handle({ principal, query }) {
        const definitions = await definitionsOf(mongo, principal.org)
        const { items, next } = pageOfList(definitions ? spec.all(definitions) : [], query)
        return { items: items.map((one) => present(one, principal)), next }
      },
    }),
    route({
      method: 'post',
      path,
      summary: `A new ${noun}`,
      permit: writers,
      body: input,
      answer: schema,
      status: 201,
      handle: ({ principal, body }) => change(principal, null, { id: newId(), ...body } as T),
    }),
    route({
      method: 'put',
      path: `${path}/:id`,
      summary: `Replace a ${noun}`,
      permit: writers,
      params: byId,
      body: input,
      answer: schema,
      handle: ({ principal, params, body }) => change(principal, params.id, { id: params.id, ...body } as T),
    }),
    route({
      method: 'delete',
      path: `${path}/:id`,
      summary: `Remove a ${noun} that nothing uses`,
      permit: writers,
      params: byId,
      async handle({ principal, params }) {
        await change(principal, params.id, null)
      },
    }),
  ]

  async function change(principal: UserPrincipal, id: string | null, sent: T | null): Promise<T | null> {
    const { org } = principal
    return await changeDefinitions(parts, org, async (definitions) => {
      const all = spec.all(definitions)
      const before = all.find((one) => one.id === id) ?? null
      if (id !== null && !before) throw notFound(noun)
      if (!before && all.length >= spec.most)
        throw new Refusal(409, `${noun}.too_many`, `There are ${spec.most} of these already, which is the most`)
      const after = sent && (spec.kept?.(sent, before) ?? sent)
      const one = { definitions, before, after }
      await spec.check(one, { mongo, principal })
      return {
        effect: spec.effect(one),
        async write() {
          await write(org, before, after)
          return after && present(after, principal)
        },
        after: async () => await spec.changed?.(one, org),
      }
    })
  }

  async function write(org: string, before: T | null, after: T | null): Promise<void> {
    const { collection } = spec.model(mongo)
    const id = (after ?? before)?.id as never
    if (after) await collection.replaceOne({ _id: id, org }, toStored(org, after) as never, { upsert: true })
    else await collection.deleteOne({ _id: id, org })
  }
}
