import { z } from 'zod'
import { idSchema } from '#shared/schema.ts'
import { Refusal } from './problems.ts'

/** Query of a list that is given whole, or in pages to those who ask. */
export const pageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1000).optional(),
  /** `next` of the answer before. */
  after: idSchema.optional(),
})
export type PageQuery = z.output<typeof pageQuery>

/** A list, or a page of it. */
export interface Page<T> {
  items: T[]
  /** Id that the next page comes after; `null`: nothing is left. */
  next: string | null
}

/** What an answer looks like. */
export function pageSchema<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), next: z.string().nullable() })
}

/** The page of a list that is at hand. */
export function pageOfList<T extends { id: string }>(all: readonly T[], { limit, after }: PageQuery): Page<T> {
  const place = after === undefined ? -1 : all.findIndex(({ id }) => id === after)
  if (after !== undefined && place === -1) throw listChanged()
  const rest = all.slice(place + 1)
  return firstOf(rest, limit)
}

/** The first `limit` of what was found, which is one more when there is a next page. */
export function firstOf<T extends { id: string }>(found: readonly T[], limit = found.length): Page<T> {
  const items = found.slice(0, limit)
  return { items, next: items.length < found.length ? (items.at(-1)?.id ?? null) : null }
}

/** 409: what the page was to come after is gone. */
export function listChanged(): Refusal {
  return new Refusal(409, 'list.changed', 'The list has changed meanwhile; read it from the beginning')
}
