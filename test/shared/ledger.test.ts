import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Entry, EntryDraft } from '#shared/entry.ts'
import { liveEntries, reconcile } from '#shared/ledger.ts'
import { draft, line, worth } from '#test/support/entry.ts'

const ids = (entries: readonly Entry[]) => entries.map((entry) => entry.id)

test('a first revision is appended once', () => {
  const first = reconcile([], [draft(1, [line(500)])], 1)
  expect(ids(first)).toEqual(['deal.0'])
  expect(reconcile(first, [draft(1, [line(500)])], 2)).toEqual([])
})

test('a corrected amount takes the old one back and appends the new one', () => {
  const first = reconcile([], [draft(1, [line(500)])], 1)
  const correction = reconcile(first, [draft(2, [line(300)])], 7)
  expect(ids(correction)).toEqual(['deal.0r', 'deal.1'])
  expect(correction[0]).toMatchObject({ reverses: 'deal.0', recordedAtMs: 7, lines: [line(-500)], day: '2026-11-20' })
})

test('a deal that is later lost gives everything back', () => {
  const first = reconcile([], [draft(1, [line(500)]), draft(1, [line(200)], { personId: 'bo' })], 1)
  const lost = reconcile(first, [], 2)
  expect(ids(lost)).toEqual(['deal.0r', 'deal.1r'])
  expect(liveEntries([...first, ...lost])).toEqual([])
})

test('a revision that changes nothing of the worth leaves the ledger alone, in whatever order rules are read', () => {
  const lines = [line(1), line(2, { metricId: 'points', ruleId: 'a' }), line(2, { metricId: 'points', ruleId: 'b' })]
  const first = reconcile([], [draft(1, lines)], 1)
  expect(reconcile(first, [draft(2, [...lines].reverse())], 2)).toEqual([])
})

test('a moved day or another team is another worth', () => {
  const first = reconcile([], [draft(1, [line(500)])], 1)
  expect(reconcile(first, [draft(2, [line(500)], { day: '2026-11-21' })], 2)).toHaveLength(2)
  expect(reconcile(first, [draft(2, [line(500)], { teamId: 'south' })], 2)).toHaveLength(2)
})

test('a gap that a cut-off append left does not make it meet a taken id for ever', () => {
  const [zero, one, two] = reconcile([], [draft(1, [line(1)]), draft(1, [line(2)]), draft(1, [line(3)])], 1)
  const cutOff = [zero, two].flatMap((entry) => entry ?? [])
  expect(ids(reconcile(cutOff, [draft(1, [line(1)]), draft(1, [line(2)]), draft(1, [line(3)])], 2))).toEqual(['deal.3'])
  expect(one?.id).toBe('deal.1')
})

const drafts = fc.array(
  fc.record({
    personId: fc.constantFrom('ana', 'bo'),
    teamId: fc.constantFrom('north', 'south', null),
    day: fc.constantFrom('2026-11-20', '2026-11-21'),
    amounts: fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 1, maxLength: 3 }),
  }),
  { maxLength: 3 },
)
const histories = fc.array(drafts, { minLength: 1, maxLength: 5 }).map((revisions) =>
  revisions.map((ones, index) =>
    ones.map(
      ({ amounts, ...place }): EntryDraft =>
        draft(
          index + 1,
          amounts.map((amount) => line(amount)),
          place,
        ),
    ),
  ),
)

test('any arrival order, duplication and cut-off of any history leaves live exactly what the newest revision is worth', () => {
  fc.assert(
    fc.property(
      histories,
      fc.array(fc.nat(), { maxLength: 20 }),
      fc.infiniteStream(fc.nat(5)),
      (history, order, cuts) => {
        const ledger = new Map<string, Entry>()
        const score = (known: number) => {
          for (;;) {
            const appended = reconcile([...ledger.values()], history[known] ?? [], 1)
            if (appended.length === 0) return
            const taken = appended.slice(0, 1 + Number(cuts.next().value))
            for (const entry of taken) {
              expect(ledger.has(entry.id)).toBe(false)
              ledger.set(entry.id, entry)
            }
          }
        }
        let newest = 0
        for (const arrival of order) {
          newest = Math.max(newest, arrival % history.length)
          score(newest)
        }
        score(history.length - 1)
        const all = [...ledger.values()]
        expect(worth(liveEntries(all))).toEqual(worth(history.at(-1) ?? []))
        const reversed = all.flatMap((entry) => entry.reverses ?? [])
        expect(new Set(reversed).size).toBe(reversed.length)
        const total = (entries: readonly Entry[]) =>
          entries.flatMap((entry) => entry.lines).reduce((sum, { amount }) => sum + amount, 0)
        expect(total(all)).toBe(total(liveEntries(all)))
      },
    ),
    { numRuns: 1000 },
  )
})
