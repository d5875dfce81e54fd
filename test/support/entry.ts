import type { Entry, EntryDraft, Line } from '#shared/entry.ts'

/** A metric's own line. */
export function line(amount: number, changes: Partial<Line> = {}): Line {
  return { metricId: 'revenue', ruleId: null, amount, key: null, ...changes }
}

/** What a revision of a deal is worth to Ana. */
export function draft(revision: number, lines: Line[], changes: Partial<EntryDraft> = {}): EntryDraft {
  const place = { activityKey: 'deal', personId: 'ana', teamId: 'north', day: '2026-11-20' }
  return { ...place, revision, occurredAtMs: 1000, recordedAtMs: revision, lines, ...changes }
}

/** The worth of entries, without what only tells when it was written down and in which order. */
export function worth(
  entries: readonly Pick<Entry, 'personId' | 'teamId' | 'day' | 'occurredAtMs' | 'lines'>[],
): string[] {
  return entries
    .map(({ personId, teamId, day, occurredAtMs, lines }) =>
      JSON.stringify([personId, teamId, day, occurredAtMs, lines.map((one) => JSON.stringify(one)).sort()]),
    )
    .sort()
}
