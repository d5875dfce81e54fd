import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Entry } from '#shared/entry.ts'
import { liveEntries, reconcile } from '#shared/ledger.ts'
import {
  addLine,
  capDay,
  emptySummary,
  foldLines,
  mergeAll,
  mergeSummaries,
  type Summary,
  summaryLines,
} from '#shared/summary.ts'
import { draft, line } from '#test/support/entry.ts'

const capped = new Set(['calls'])
const awkward = ['acme', '__proto__', 'constructor', 'toString', 'a.b', '$x']

const lines = fc.record({
  amount: fc.integer({ min: -100, max: 100 }),
  key: fc.constantFrom(null, ...awkward),
  ruleId: fc.constantFrom(null, 'calls', 'deals'),
})
const entries = fc
  .array(fc.record({ lines: fc.array(lines, { minLength: 1, maxLength: 3 }), atMs: fc.nat(50), lost: fc.boolean() }))
  .map((rows) =>
    rows.flatMap(({ lines: some, atMs, lost }, index): Entry[] => {
      const first = reconcile(
        [],
        [
          draft(
            1,
            some.map((one) => line(one.amount, one)),
            { activityKey: `a${index}`, occurredAtMs: atMs },
          ),
        ],
        1,
      )
      return lost ? [...first, ...reconcile(first, [], 2)] : first
    }),
  )
const fold = (all: readonly Entry[]) => foldLines(all.flatMap(summaryLines), capped)
const plain = (summary: Summary) => JSON.parse(JSON.stringify(summary)) as Summary
/** What a summary says, whatever order its keys are in. */
const sorted = ({ keys, byRule, ...rest }: Summary) => ({
  ...rest,
  keys: Object.entries(keys ?? {}).sort(),
  byRule: Object.entries(byRule ?? {}).sort(),
})
/** What it says about what is live. */
const meaning = (summary: Summary) => sorted({ ...summary, entries: 0 })

test('a summary does not depend on the order of the ledger, and a reversed entry is as if it had never been', () => {
  fc.assert(
    fc.property(entries, fc.infiniteStream(fc.nat()), (all, dice) => {
      const shuffled = all
        .map((entry) => ({ entry, place: Number(dice.next().value) }))
        .sort((a, b) => a.place - b.place)
        .map(({ entry }) => entry)
      expect(sorted(fold(shuffled))).toEqual(sorted(fold(all)))
      expect(meaning(fold(all))).toEqual(meaning(fold(liveEntries(all))))
      expect(fold(all).entries).toBe(all.flatMap((entry) => entry.lines).length)
    }),
  )
})

test('adding lines one by one to a stored summary is folding them all, whatever their keys are called', () => {
  fc.assert(
    fc.property(entries, fc.nat(10), (all, cut) => {
      const live = liveEntries(all).flatMap(summaryLines)
      const stored = structuredClone(foldLines(live.slice(0, cut), capped))
      for (const one of live.slice(cut)) addLine(stored, one, capped)
      expect(Object.entries(stored.keys ?? {})).toEqual(Object.entries(foldLines(live, capped).keys ?? {}))
      expect(plain(stored)).toEqual(plain(foldLines(live, capped)))
    }),
  )
})

test('merging is associative and commutative, nothing is its neutral element, and what is merged stays as it was', () => {
  fc.assert(
    fc.property(entries, entries, entries, (...parts) => {
      const [a, b, c] = parts.map(fold) as [Summary, Summary, Summary]
      const before = JSON.stringify([a, b, c])
      const same = (one: Summary, other: Summary) => expect(sorted(one)).toEqual(sorted(other))
      same(mergeSummaries(a, mergeSummaries(b, c)), mergeSummaries(mergeSummaries(a, b), c))
      same(mergeSummaries(a, b), mergeSummaries(b, a))
      same(mergeSummaries(a, emptySummary()), a)
      same(mergeAll([a, b, c]), mergeSummaries(a, mergeSummaries(b, c)))
      const merged = mergeAll([a, emptySummary()])
      addLine(
        merged,
        { ...line(1, { key: 'acme', ruleId: 'calls' }), entryId: 'x', personId: 'bo', reverses: null, occurredAtMs: 1 },
        capped,
      )
      expect(JSON.stringify([a, b, c])).toBe(before)
    }),
  )
})

const call = (personId: string, count: number) =>
  foldLines(
    Array.from({ length: count }, (_, index) => ({
      ...line(2, { metricId: 'points', ruleId: 'calls' }),
      entryId: `${personId}${index}`,
      personId,
      reverses: null,
      occurredAtMs: index,
    })),
    capped,
  )

test('a daily cap is each person’s: a team of two gets it twice, and capping again takes nothing more', () => {
  const caps = new Map([['calls', 10]])
  const team = mergeAll([call('ana', 8), call('bo', 7), call('cy', 1)])
  expect(team.sum).toBe(32)
  const once = capDay(team, caps)
  expect(once.sum).toBe(22)
  expect(capDay(once, caps)).toEqual(once)
  expect(team.sum).toBe(32)
})

test('a rule without a cap any more is not held', () => {
  expect(capDay(call('ana', 8), new Map()).sum).toBe(16)
})
