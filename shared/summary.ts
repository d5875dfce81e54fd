import type { Entry, Line } from './entry.ts'

/** Mergeable summary of ledger lines: of one day for one metric and person, or of any union of such days. */
export interface Summary {
  /** Ledger lines folded, reversals too: grows with the ledger and never shrinks, so it tells the newer of two summaries. */
  entries: number
  /** Live lines: originals less reversals. */
  count: number
  sum: number
  /** Largest live amount; `null` when nothing is live. */
  max: number | null
  /** When the newest live activity happened; `null` when nothing is live. */
  lastAtMs: number | null
  /** Distinct metrics: how many live lines carry each key. */
  keys?: Record<string, number>
  /** Points of rules with a daily cap, before the cap, by `<rule id>/<person id>`: the cap is each person's. */
  byRule?: Record<string, number>
}

/** The summary of nothing. */
export function emptySummary(): Summary {
  return { entries: 0, count: 0, sum: 0, max: null, lastAtMs: null }
}

/** A copy that shares nothing with the original. */
export function copySummary({ keys, byRule, ...numbers }: Summary): Summary {
  const copy: Summary = numbers
  if (keys) copy.keys = addAll(ownRecord(), keys)
  if (byRule) copy.byRule = addAll(ownRecord(), byRule)
  return copy
}

/** A line with what a summary needs of its entry. */
export interface SummaryLine extends Line {
  entryId: string
  personId: string
  reverses: string | null
  occurredAtMs: number
}

/** An entry's lines, each with its entry. */
export function summaryLines(entry: Entry): SummaryLine[] {
  return entry.lines.map((line) => ({
    ...line,
    entryId: entry.id,
    personId: entry.personId,
    reverses: entry.reverses,
    occurredAtMs: entry.occurredAtMs,
  }))
}

/** Folds all lines of a cell from nothing; the order of the lines does not matter. `cappedRules`: rules with a daily cap. */
export function foldLines(lines: readonly SummaryLine[], cappedRules: ReadonlySet<string>): Summary {
  const cancelled = new Set(lines.flatMap((line) => line.reverses ?? []))
  const summary = emptySummary()
  for (const line of lines) {
    if (line.reverses === null && !cancelled.has(line.entryId)) addLine(summary, line, cappedRules)
    else summary.entries += 1
  }
  return summary
}

/** Adds one original line in place. A reversal cannot be added to a summary, since a maximum cannot be taken back: fold again. */
export function addLine(summary: Summary, line: SummaryLine, cappedRules: ReadonlySet<string>): void {
  summary.entries += 1
  summary.count += 1
  summary.sum += line.amount
  summary.max = Math.max(summary.max ?? line.amount, line.amount)
  summary.lastAtMs = Math.max(summary.lastAtMs ?? line.occurredAtMs, line.occurredAtMs)
  if (line.key !== null) {
    summary.keys = ownRecord(summary.keys)
    addTo(summary.keys, line.key, 1)
  }
  if (line.ruleId !== null && cappedRules.has(line.ruleId)) {
    summary.byRule = ownRecord(summary.byRule)
    addTo(summary.byRule, `${line.ruleId}/${line.personId}`, line.amount)
  }
}

/** The union of two summaries of disjoint lines. */
export function mergeSummaries(a: Summary, b: Summary): Summary {
  return mergeAll([a, b])
}

/** The union of summaries of disjoint lines, a new one; in one go, since copying the keys for each pair adds up. */
export function mergeAll(summaries: Iterable<Summary>): Summary {
  const merged = emptySummary()
  for (const { entries, count, sum, max, lastAtMs, keys, byRule } of summaries) {
    merged.entries += entries
    merged.count += count
    merged.sum += sum
    merged.max = larger(merged.max, max)
    merged.lastAtMs = larger(merged.lastAtMs, lastAtMs)
    if (keys) merged.keys = addAll(merged.keys ?? ownRecord(), keys)
    if (byRule) merged.byRule = addAll(merged.byRule ?? ownRecord(), byRule)
  }
  return merged
}

/**
 * A day's summary with each rule's points held at its daily cap for each person. Caps are per day, so this comes before
 * days are merged and after the parts of one day are; what is capped is not capped again.
 */
export function capDay(day: Summary, dailyCaps: ReadonlyMap<string, number>): Summary {
  if (!day.byRule) return day
  const { byRule, ...capped } = day
  for (const [key, points] of Object.entries(byRule)) {
    const cap = dailyCaps.get(key.slice(0, key.indexOf('/')))
    if (cap !== undefined && points > cap) capped.sum -= points - cap
  }
  return capped
}

function larger(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.max(a, b)
}

function addAll(record: Record<string, number>, more: Readonly<Record<string, number>>): Record<string, number> {
  for (const [key, count] of Object.entries(more)) addTo(record, key, count)
  return record
}

/** Keys come from outside; in a record without a prototype none of them means anything to the language. */
function ownRecord(record?: Record<string, number>): Record<string, number> {
  if (record && Object.getPrototypeOf(record) === null) return record
  return Object.assign(Object.create(null) as Record<string, number>, record)
}

function addTo(record: Record<string, number>, key: string, amount: number): void {
  record[key] = (record[key] ?? 0) + amount
}
