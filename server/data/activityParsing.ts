import { hash } from 'node:crypto'
import { type ActivityInput, activityInputSchema, maxFutureMs, type Rejection } from '#shared/contract/activities.ts'
import { activityKey } from './activities.ts'
import type { ActivityDoc } from './documents.ts'

/** Whose activities, and when they were received. */
export interface Receipt {
  org: string
  sourceId: string
  receivedAtMs: number
}

/** One item of a request as the document to store, or why it is refused. */
export function parseActivity(item: unknown, index: number, receipt: Receipt): ActivityDoc | Rejection {
  const parsed = activityInputSchema.safeParse(item)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    return {
      index,
      code: 'activity.invalid',
      path: issue?.path.join('.') ?? '',
      message: issue?.message ?? 'Not an activity',
    }
  }
  const input = parsed.data
  if ((input.person === undefined) === (input.credits === undefined))
    return { index, code: 'activity.person', path: 'person', message: 'Name either a person or credits' }
  const occurredAtMs = Date.parse(input.occurredAt)
  if (Number.isNaN(occurredAtMs))
    return { index, code: 'activity.invalid', path: 'occurredAt', message: 'Not an instant' }
  if (occurredAtMs > receipt.receivedAtMs + maxFutureMs)
    return {
      index,
      code: 'activity.in_future',
      path: 'occurredAt',
      message: 'It is dated more than 5 minutes in the future',
    }
  return activityDocument(input, occurredAtMs, receipt)
}

/** Was the item refused? */
export function isRejection(result: ActivityDoc | Rejection): result is Rejection {
  return 'index' in result
}

function activityDocument(
  input: ActivityInput,
  occurredAtMs: number,
  { org, sourceId, receivedAtMs }: Receipt,
): ActivityDoc {
  const key = activityKey(org, sourceId, input.externalId)
  const receivedAt = new Date(receivedAtMs)
  const content = {
    kind: input.kind,
    credits: input.credits ?? [{ person: input.person as NonNullable<ActivityInput['person']>, weight: 10_000 }],
    occurredAt: new Date(occurredAtMs),
    valueMinor: input.value?.amountMinor ?? null,
    currency: input.value?.currency ?? null,
    quantity: input.quantity,
    attributes: input.attributes,
    voided: input.voided,
    evidence: input.evidence,
  }
  return {
    _id: `${key}.${input.revision}`,
    org,
    key,
    sourceId,
    externalId: input.externalId,
    revision: input.revision,
    ...content,
    recordedAt: receivedAt,
    digest: contentDigest(content),
    pendingSince: receivedAt,
  }
}

/** The same content in another order of attributes is the same content. */
function contentDigest(content: { attributes: Record<string, unknown> }): string {
  const attributes = Object.entries(content.attributes).sort(([a], [b]) => (a < b ? -1 : 1))
  return hash('sha256', JSON.stringify({ ...content, attributes }), 'base64url').slice(0, 22)
}
