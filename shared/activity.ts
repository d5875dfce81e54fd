import { z } from 'zod'

/** Kinds that every organization starts with; it may add its own. */
export const builtInKinds = [
  'call.made',
  'visit.made',
  'followup.done',
  'meeting.held',
  'proposal.sent',
  'quote.sent',
  'lead.created',
  'deal.won',
  'deal.lost',
  'payment.collected',
  'training.done',
  'review.received',
] as const

/** How far a fact is trusted: a quarantined one is kept and scores nothing. */
export const evidenceSchema = z.enum(['automatic', 'manager-verified', 'self-reported', 'quarantined'])
export type Evidence = z.infer<typeof evidenceSchema>

/** A person's part of an activity; the weights of one activity add up to 10,000 basis points. */
export interface Credit {
  personId: string
  weightBp: number
}

export type AttributeValue = string | number | boolean

/** One revision of a fact with its people resolved: all that scoring may look at. */
export interface Activity {
  /** Computed from (organization, source, external id); the same for every revision. */
  key: string
  revision: number
  kind: string
  credits: readonly Credit[]
  occurredAtMs: number
  recordedAtMs: number
  /** Integer minor units of `currency`. */
  valueMinor: number | null
  currency: string | null
  quantity: number
  attributes: Readonly<Record<string, AttributeValue>>
  voided: boolean
  evidence: Evidence
}

/** How an input names a person: our id, an e-mail address, or the source's own id. */
export const personRefSchema = z.union([
  z.strictObject({ id: z.string().min(1).max(64) }),
  z.strictObject({ email: z.email().max(254).toLowerCase() }),
  z.strictObject({ externalId: z.string().trim().min(1).max(200) }),
])
export type PersonRef = z.infer<typeof personRefSchema>
