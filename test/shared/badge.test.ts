import fc from 'fast-check'
import { expect, test } from 'vitest'
import { badgeChange, badgeHeld, badgeInputSchema, type Grant, grantId } from '#shared/badge.ts'

const badge = { threshold: 10, active: true, revocable: true }

test('a badge is held at its threshold, not just above it', () => {
  expect([9, 10, 11, null].map((value) => badgeHeld(badge, value))).toEqual([false, true, true, false])
  expect([9, 10, 11].map((value) => badgeHeld(badge, value, 'lower'))).toEqual([true, true, false])
  expect(badgeHeld({ ...badge, active: false }, 10)).toBe(false)
})

test('a grant has one id for each person, badge and period', () => {
  expect(grantId('b1', 'ana', '2026-11')).toBe('b1.ana.2026-11')
})

test('a badge over a rolling window is refused, since it would be another one every day', () => {
  const input = { name: { en: 'Ten' }, icon: 'trophy', metricId: 'm', threshold: 10, scope: 'person', active: true }
  expect(badgeInputSchema.safeParse({ ...input, cycle: { every: 'rolling', days: 7 } }).success).toBe(false)
  expect(badgeInputSchema.parse({ ...input, cycle: { every: 'month' } }).revocable).toBe(true)
})

test.each<[string, typeof badge, number | null, number | null | undefined, string | null]>([
  ['reached for the first time', badge, 10, undefined, 'grant'],
  ['not reached', badge, 9, undefined, null],
  ['reached again and again', badge, 12, null, null],
  ['lost by a correction', badge, 9, null, 'revoke'],
  ['lost because nothing is left', badge, null, null, 'revoke'],
  ['lost, but it is for keeps', { ...badge, revocable: false }, 9, null, null],
  ['lost before and still not reached', badge, 9, 5, null],
  ['reached again after it was taken back', badge, 10, 5, 'restore'],
  ['switched off', { ...badge, active: false }, 9, null, null],
])('a badge that is %s', (_, rule, value, revokedAtMs, change) => {
  expect(badgeChange(rule, value, revokedAtMs === undefined ? null : { revokedAtMs })).toBe(change)
})

test('whatever values come, it is granted once and in the end held exactly when the last value reaches it', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 5, max: 15 }), { minLength: 1 }), (values) => {
      let grant: Pick<Grant, 'revokedAtMs'> | null = null
      let granted = 0
      for (const value of values) {
        const change = badgeChange(badge, value, grant)
        if (change === 'grant') granted += 1
        if (change !== null) grant = { revokedAtMs: change === 'revoke' ? 1 : null }
        expect(badgeChange(badge, value, grant)).toBeNull()
      }
      expect(granted).toBeLessThanOrEqual(1)
      expect(grant !== null && (grant as Grant).revokedAtMs === null).toBe((values.at(-1) ?? 0) >= 10)
    }),
  )
})
