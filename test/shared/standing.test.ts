import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Activity } from '#shared/activity.ts'
import { type Board, rankStandings, type Standing } from '#shared/board.ts'
import { defaultDefinitions } from '#shared/defaults.ts'
import type { Entry } from '#shared/entry.ts'
import { reconcile } from '#shared/ledger.ts'
import { periodOf } from '#shared/period.ts'
import { worthOf } from '#shared/scoring.ts'
import { type MemberDays, measureStanding } from '#shared/standing.ts'
import { foldLines, summaryLines } from '#shared/summary.ts'
import { compileValues } from '#shared/value.ts'
import { activity } from '#test/support/activity.ts'

const { metrics, rules, boards } = defaultDefinitions((name) => name.replace(/\W/g, '_'), { currency: 'EUR' })
const winRate = metrics.find(({ slug }) => slug === 'win_rate')
const rateBoard: Board = { ...(boards[0] as Board), id: 'rate', metricId: winRate?.id ?? '', cycle: { every: 'year' } }
const people = new Map(['ana', 'bo'].map((id) => [id, { memberships: [] }]))
const scoring = { zone: 'Europe/Berlin', currency: 'EUR', metrics, rules, people }
const dailyCaps = new Map(rules.flatMap(({ id, dailyCap }) => (dailyCap === null ? [] : [[id, dailyCap] as const])))
const values = compileValues(metrics)

/** A person's entries as day summaries by metric. */
function pageOf(memberId: string, entries: readonly Entry[]): MemberDays {
  const own = entries.filter(({ personId }) => personId === memberId)
  const summaries = metrics.map(({ id: metricId }) => {
    const days = [...new Set(own.map(({ day }) => day))].map((day) => {
      const lines = own.filter((entry) => entry.day === day).flatMap(summaryLines)
      return [
        day,
        foldLines(
          lines.filter((line) => line.metricId === metricId),
          new Set(dailyCaps.keys()),
        ),
      ] as const
    })
    return [metricId, new Map(days)] as const
  })
  return { memberId, teamId: null, metrics: new Map(summaries) }
}

function standings(board: Board, entries: readonly Entry[]): Standing[] {
  const period = periodOf('2026-11-20', board.cycle, {
    weekStart: 1,
    fiscalYearStartMonth: 1,
    fiscalCalendar: 'months',
  })
  if (!period) throw new Error('no period')
  const inputs = values.inputs(board.metricId).union(values.inputs(board.secondMetricId ?? ''))
  return [...people.keys()].flatMap((memberId) => {
    const pages = [pageOf(memberId, entries)]
    const rest = { inputs, dailyCaps, valueOfMetric: values.value }
    const measured = measureStanding({ board, memberId, pages, period }, rest)
    return measured.value === null ? [] : { ...measured, value: measured.value }
  })
}

const kinds = ['call.made', 'deal.won', 'deal.lost', 'meeting.held', 'quote.sent'] as const
const facts = fc.array(
  fc.record({
    key: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    revision: fc.integer({ min: 1, max: 3 }),
    kind: fc.constantFrom(...kinds),
    personId: fc.constantFrom('ana', 'bo'),
    hour: fc.integer({ min: 0, max: 24 * 50 }),
    valueMinor: fc.integer({ min: 0, max: 10_000_000 }),
    quantity: fc.integer({ min: 1, max: 60 }),
    voided: fc.boolean(),
  }),
  { maxLength: 15 },
)

test('any order, duplication and correction history of the same activities gives every board the same rows', () => {
  fc.assert(
    fc.property(facts, fc.infiniteStream(fc.nat()), (rows, dice) => {
      const known = new Map<string, Activity>()
      for (const { personId, hour, ...row } of rows) {
        const occurredAtMs = Date.UTC(2026, 9, 1) + hour * 3_600_000
        const credits = [{ personId, weightBp: 10_000 }]
        known.set(`${row.key}.${row.revision}`, activity({ ...row, credits, occurredAtMs, recordedAtMs: row.revision }))
      }
      const ledgerOf = (arrivals: readonly Activity[]) => {
        const ledger = new Map<string, Entry[]>()
        const newest = new Map<string, Activity>()
        for (const one of arrivals) {
          const before = newest.get(one.key)
          if (!before || before.revision < one.revision) newest.set(one.key, one)
          const have = ledger.get(one.key) ?? []
          ledger.set(one.key, [...have, ...reconcile(have, worthOf(newest.get(one.key) ?? one, scoring), 1)])
        }
        return [...ledger.values()].flat()
      }
      const shuffled = [...known.values()]
        .flatMap((one) => (Number(dice.next().value) % 3 === 0 ? [one, one] : [one]))
        .map((one) => ({ one, place: Number(dice.next().value) }))
        .sort((a, b) => a.place - b.place)
        .map(({ one }) => one)
      const straight = ledgerOf([...known.values()].sort((a, b) => b.revision - a.revision))
      const mixed = ledgerOf(shuffled)
      for (const board of [...boards.filter(({ audience }) => audience.of === 'people'), rateBoard]) {
        const rowsOf = (entries: readonly Entry[]) =>
          rankStandings(standings(board, entries), 'higher').map(({ entries: _, ...row }) => row)
        expect(rowsOf(mixed)).toEqual(rowsOf(straight))
      }
    }),
    { numRuns: 150 },
  )
})

test('someone who changes teams within a day has one daily cap', () => {
  const board = boards[0] as Board
  const calls = [30, 30].flatMap((quantity, index) => {
    const call = activity({ key: `c${index}`, kind: 'call.made', quantity, valueMinor: null })
    return reconcile([], worthOf(call, scoring), 1).map((entry) => ({ ...entry, teamId: `team-${index}` }))
  })
  const pages = calls.map((entry) => pageOf('ana', [entry]))
  const period = { key: 'all', fromDay: null, toDay: null }
  const rest = { inputs: values.inputs(board.metricId), dailyCaps, valueOfMetric: values.value }
  expect(measureStanding({ board, memberId: 'ana', pages, period }, rest).value).toBe(40)
})
