import type { z } from 'zod'
import type { activityInputSchema } from '#shared/contract/activities.ts'

/** An activity as a source sends it. */
export type Sent = z.input<typeof activityInputSchema>

let count = 0

/** A call that a person made just now; every one is another. */
export function call(personId: string, changes: Partial<Sent> = {}): Sent {
  return sent('call.made', personId, changes)
}

/** A deal that a person won just now: 1,000.00 EUR unless `amountCents` says otherwise. */
export function deal(
  personId: string,
  { amountCents = 100_000, ...changes }: Partial<Sent> & { amountCents?: number } = {},
): Sent {
  return sent('deal.won', personId, { value: { amountMinor: amountCents, currency: 'EUR' }, ...changes })
}

function sent(kind: string, personId: string, changes: Partial<Sent>): Sent {
  count += 1
  return {
    externalId: `${kind}-${count}`,
    kind,
    person: { id: personId },
    occurredAt: new Date().toISOString(),
    ...changes,
  }
}
