import type { Source } from '#shared/contract/source.ts'
import type { ImportMapping } from '#shared/importing.ts'
import { isOwnEntries } from '#shared/ownEntries.ts'

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

/** Does a source take files? */
export function takesFiles(source: Pick<Source, 'id' | 'active'>): boolean {
  return source.active && !isOwnEntries(source)
}
