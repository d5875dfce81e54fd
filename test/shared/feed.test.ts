import { expect, test } from 'vitest'
import type { Entry } from '#shared/entry.ts'
import { activityFeedItem, isCelebrated } from '#shared/feed.ts'
import { activity } from '#test/support/activity.ts'

const who = { personId: 'ana', name: 'Ana', teamName: 'Red', color: 4 }
const entry = (personId: string, points: number): Entry => ({
  id: `deal-1.${personId}`,
  activityKey: 'deal-1',
  revision: 1,
  personId,
  teamId: null,
  day: '2026-11-20',
  occurredAtMs: 0,
  recordedAtMs: 0,
  lines: [{ metricId: 'points', ruleId: 'rule', amount: points, key: null }],
  reverses: null,
})
const item = (changes: Parameters<typeof activity>[0], live: Entry[]) =>
  activityFeedItem(activity(changes), live, { pointsMetricId: 'points', who })

test('a shared deal is one item, with the points of all who share it', () => {
  expect(item({}, [entry('ana', 6), entry('bo', 4)])).toMatchObject({ id: 'a-deal-1', name: 'Ana', points: 10 })
})

test('what scores nothing, or neither points nor money, is not in the feed', () => {
  expect(item({}, [])).toBeNull()
  expect(item({ valueMinor: null }, [entry('ana', 0)])).toBeNull()
  expect(item({ valueMinor: null }, [entry('ana', 1)])).not.toBeNull()
  expect(activityFeedItem(activity(), [entry('ana', 1)], { pointsMetricId: 'points', who: null })).toBeNull()
})

test('an account is shown when it is a name, however long it is', () => {
  expect(item({ attributes: { account: 7 } }, [entry('ana', 1)])?.account).toBeNull()
  expect(item({ attributes: { account: 'x'.repeat(500) } }, [entry('ana', 1)])?.account).toHaveLength(120)
})

test('only a deal of the last ten minutes is celebrated', () => {
  expect(isCelebrated({ kind: 'deal.won', atMs: 0 }, 599_999)).toBe(true)
  expect(isCelebrated({ kind: 'deal.won', atMs: 0 }, 600_000)).toBe(false)
  expect(isCelebrated({ kind: 'call.made', atMs: 0 }, 0)).toBe(false)
})
