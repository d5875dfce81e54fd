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
  /** Points of rules with a daily cap, before the cap. */
  byRule?: Record<string, number>
}

/** The summary of nothing. */
export function emptySummary(): Summary {
  return { entries: 0, count: 0, sum: 0, max: null, lastAtMs: null }
}

/** A line with what a summary needs of its entry. */
export interface SummaryLine extends Line {
  entryId: string
  reverses: string | null
  occurredAtMs: number
}

/** An entry's lines, each with its entry. */
export function summaryLines(entry: Entry): SummaryLine[] {
  return entry.lines.map((line) => ({
    ...line,
    entryId: entry.id,
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
    summary.keys ??= newRecord()
    addTo(summary.keys, line.key, 1)
  }
  if (line.ruleId !== null && cappedRules.has(line.ruleId)) {
    summary.byRule ??= newRecord()
    addTo(summary.byRule, line.ruleId, line.amount)
  }
}

/** The union of two summaries of disjoint lines. */
export function mergeSummaries(a: Summary, b: Summary): Summary {
  const merged: Summary = {
    entries: a.entries + b.entries,
    count: a.count + b.count,
    sum: a.sum + b.sum,
    max: a.max === null ? b.max : b.max === null ? a.max : Math.max(a.max, b.max),
    lastAtMs: a.lastAtMs === null ? b.lastAtMs : b.lastAtMs === null ? a.lastAtMs : Math.max(a.lastAtMs, b.lastAtMs),
  }
  const keys = mergeRecords(a.keys, b.keys)
  if (keys) merged.keys = keys
  return merged
}

/** A day's summary with each rule's points held at its daily cap; caps are per day, so this comes before days are merged. */
export function capDay(day: Summary, dailyCaps: ReadonlyMap<string, number>): Summary {
  if (!day.byRule) return day
  let over = 0
  for (const [ruleId, points] of Object.entries(day.byRule)) {
    const cap = dailyCaps.get(ruleId)
    if (cap !== undefined && points > cap) over += points - cap
  }
  return over === 0 ? day : { ...day, sum: day.sum - over }
}

function mergeRecords(a?: Record<string, number>, b?: Record<string, number>): Record<string, number> | undefined {
  if (!a || !b) return a ?? b
  const merged = Object.assign(newRecord(), a)
  for (const [key, count] of Object.entries(b)) addTo(merged, key, count)
  return merged
}

/** Keys come from outside; without a prototype none of them means anything to the language. */
function newRecord(): Record<string, number> {
  return Object.create(null) as Record<string, number>
}

function addTo(record: Record<string, number>, key: string, amount: number): void {
  record[key] = (record[key] ?? 0) + amount
}
