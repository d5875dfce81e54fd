import { z } from 'zod'
import { boardViewSchema, boardWindowSchema } from '#shared/contract/boardView.ts'
import { idSchema } from '#shared/schema.ts'
import type { Stores } from '../data/stores.ts'
import { notFound } from '../http/problems.ts'
import { type Route, route } from '../http/route.ts'
import { boardViewFor } from './boardWindow.ts'

const byId = z.strictObject({ id: idSchema })
const windowQuery = boardWindowSchema
  .omit({ boardId: true, top: true })
  .extend({ top: z.coerce.number().pipe(boardWindowSchema.shape.top.unwrap()).default(10) })

/** Reading boards. */
export function boardRoutes(stores: Stores): Route[] {
  return [
    route({
      method: 'get',
      path: '/boards/:id/view',
      summary: 'A window of a board: the first rows, and those around a member',
      permit: 'viewer',
      params: byId,
      query: windowQuery,
      answer: boardViewSchema,
      async handle({ principal, params, query }) {
        const view = await boardViewFor(stores, principal, { boardId: params.id, ...query })
        if (!view) throw notFound('board')
        return view
      },
    }),
  ]
}
