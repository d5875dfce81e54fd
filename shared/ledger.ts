import type { Entry, EntryDraft, Line } from './entry.ts'

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
  let slot = nextSlot(have)
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
    lines: entry.lines.map((line) => ({ ...line, amount: 0 - line.amount })),
    reverses: entry.id,
  }
}

/**
 * One beyond the largest slot in use, not the number of entries: after an append that was cut off in the middle there can
 * be a gap below, and counting would then meet a taken id for ever.
 */
function nextSlot(have: readonly Entry[]): number {
  const slots = have.map((entry) =>
    entry.reverses === null ? Number(entry.id.slice(entry.id.lastIndexOf('.') + 1)) : -1,
  )
  return Math.max(-1, ...slots) + 1
}

/** A new revision that changes nothing of what it is worth leaves the ledger alone, in whatever order its lines come. */
function sameWorth(entry: Entry, draft: EntryDraft): boolean {
  return (
    entry.personId === draft.personId &&
    entry.teamId === draft.teamId &&
    entry.day === draft.day &&
    entry.occurredAtMs === draft.occurredAtMs &&
    entry.lines.length === draft.lines.length &&
    (entry.lines.every((line, index) => lineText(line) === lineText(draft.lines[index])) ||
      sortedLines(entry) === sortedLines(draft))
  )
}

function sortedLines({ lines }: Pick<Entry, 'lines'>): string {
  return lines.map(lineText).sort().join()
}

function lineText(line: Line | undefined): string {
  return line ? JSON.stringify([line.metricId, line.ruleId, line.amount, line.key]) : ''
}
