import type { Entry, EntryDraft } from './entry.ts'

/**
 * What to append so that the live entries of one activity equal what it is worth now. Pure and repeatable: the same
 * `have` and `want` give the same ids, so two scorers that append at once meet on an id and one of them goes round again.
 * A cancelled entry's reversal has an id of its own kind, so nothing can be cancelled twice.
 */
export function reconcile(have: readonly Entry[], want: readonly EntryDraft[], recordedAtMs: number): Entry[] {
  const cancelled = new Set(have.flatMap((entry) => entry.reverses ?? []))
  const live = have.filter((entry) => entry.reverses === null && !cancelled.has(entry.id))
  const missing = [...want]
  const reversals: Entry[] = []
  for (const entry of live) {
    const match = missing.findIndex((draft) => sameWorth(entry, draft))
    if (match >= 0) missing.splice(match, 1)
    else reversals.push(reversalOf(entry, recordedAtMs))
  }
  let slot = have.filter((entry) => entry.reverses === null).length
  const appended = missing.map((draft) => ({ ...draft, id: `${draft.activityKey}.${slot++}`, reverses: null }))
  return [...reversals, ...appended]
}

/** The live entries: originals that no reversal cancels. */
export function liveEntries(entries: readonly Entry[]): Entry[] {
  const cancelled = new Set(entries.flatMap((entry) => entry.reverses ?? []))
  return entries.filter((entry) => entry.reverses === null && !cancelled.has(entry.id))
}

function reversalOf(entry: Entry, recordedAtMs: number): Entry {
  return {
    ...entry,
    id: `${entry.id}r`,
    recordedAtMs,
    lines: entry.lines.map((line) => ({ ...line, amount: -line.amount })),
    reverses: entry.id,
  }
}

/** A new revision that changes nothing of what it is worth leaves the ledger alone. */
function sameWorth(entry: Entry, draft: EntryDraft): boolean {
  return (
    entry.personId === draft.personId &&
    entry.teamId === draft.teamId &&
    entry.day === draft.day &&
    entry.occurredAtMs === draft.occurredAtMs &&
    entry.lines.length === draft.lines.length &&
    entry.lines.every((line, index) => {
      const other = draft.lines[index]
      return (
        other !== undefined &&
        line.metricId === other.metricId &&
        line.ruleId === other.ruleId &&
        line.amount === other.amount &&
        line.key === other.key
      )
    })
  )
}
