import type { ImportMapping } from '#shared/importing.ts'

/** Where to begin when the columns could not be guessed. */
export function blankMapping(headers: readonly string[], zone: string): ImportMapping {
  const first = headers[0] ?? ''
  return {
    externalId: first,
    person: null,
    kind: { from: 'always', kind: 'deal.won' },
    occurredAt: { column: first, pattern: 'YYYY-MM-DD' },
    zone,
    value: null,
    quantity: null,
    attributes: [],
  }
}
