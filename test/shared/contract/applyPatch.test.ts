import { expect, test } from 'vitest'
import { applyPatch, type BoardPatch } from '#shared/contract/realtime.ts'
import { boardView } from '../../client/support/world.ts'

const view = boardView({ rows: 3 })
const patch: BoardPatch = {
  room: 'won',
  periodKey: view.period.key,
  epoch: view.epoch,
  fromSeq: view.seq,
  seq: view.seq + 3,
  asOfMs: 5,
  total: 36,
  rows: view.rows.map((row) => row.memberId),
  around: [],
  changed: [],
  sources: [{ sourceId: 'crm', name: 'CRM', lastAtMs: 4 }],
}

test('a patch that follows puts changed rows in and keeps the others as they are', () => {
  const [first, second, third] = view.rows
  if (!first || !second || !third) throw new Error('three rows')
  const better = { ...third, value: 9e9, rank: 1 }
  const next = applyPatch(view, { ...patch, rows: ['p2', 'p0', 'p1'], changed: [better] })
  expect(next?.rows.map((row) => row.memberId)).toEqual(['p2', 'p0', 'p1'])
  expect(next?.rows[0]).toBe(better)
  expect(next?.rows[1]).toBe(first)
  expect(next).toMatchObject({ seq: view.seq + 3, total: 36, asOfMs: 5, sources: [{ sourceId: 'crm', lastAtMs: 4 }] })
})

test.each([
  ['was missed before', { fromSeq: view.seq + 1 }],
  ['is of the next period', { periodKey: '2026-12' }],
  ['is of boards that were rebuilt', { epoch: 'e2' }],
  ['names a member that the screen does not know', { rows: ['p0', 'stranger'] }],
])('a patch that %s makes the screen ask again', (_, wrong) => {
  expect(applyPatch(view, { ...patch, ...wrong })).toBeNull()
})
