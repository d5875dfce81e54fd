import { z } from 'zod'

/** What the skeleton takes: the fields that the product's activity has, checked as plainly as a textbook would. */
export const eventSchema = z.strictObject({
  externalId: z.string().min(1).max(200),
  kind: z.string().max(64),
  person: z.strictObject({ id: z.string().max(64) }),
  occurredAt: z.iso.datetime({ offset: true }),
  value: z.strictObject({ amountMinor: z.number().int(), currency: z.string().length(3) }),
  quantity: z.number().int(),
  attributes: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
})
export type SkeletonEvent = z.infer<typeof eventSchema>

export const boards = ['day', 'week', 'month', 'quarter', 'year', 'all'].map((cycle) => `board:${cycle}`)
export const shownBoard = 'board:all'
export const changedChannel = 'changed'
export const queueName = 'events'
