import { expect, test } from 'vitest'
import { ownActivityInputSchema } from '#shared/contract/activities.ts'
import { minorOf, ownActivity } from '../../client/activities/ownActivity.ts'

test('an amount is read as people type it, in Latin or full-width digits', () => {
  expect(minorOf('1200', 'USD')).toBe(120_000)
  expect(minorOf('1,200.50', 'USD')).toBe(120_050)
  expect(minorOf(' 1 200.5 ', 'USD')).toBe(120_050)
  expect(minorOf('１２００．５', 'CNY')).toBe(120_050)
  expect(minorOf('1200', 'JPY')).toBe(1200)
  expect(minorOf('1.234', 'KWD')).toBe(1234)
})

test('a decimal comma is a decimal comma, never a hundred times the amount', () => {
  expect(minorOf('1200,50', 'EUR')).toBe(120_050)
  expect(minorOf('12,5', 'EUR')).toBe(1250)
  expect(minorOf('1.200,50', 'EUR')).toBe(120_050)
  expect(minorOf('1.234.567,89', 'EUR')).toBe(123_456_789)
  expect(minorOf('1,234,567', 'EUR')).toBe(123_456_700)
})

test('what is no amount is not guessed at', () => {
  for (const text of ['', 'twelve', '-5', '1.2.3', '12.345', '1e9', '99999999999999', '1,23,45', '12,345,6', '1.234'])
    expect(minorOf(text, 'USD')).toBeNull()
  expect(minorOf('10.5', 'JPY')).toBeNull()
})

test('what one logs is what the server takes', () => {
  const draft = { kind: 'deal.won', amount: '1,250.50', quantity: 1, account: ' Acme ', note: '' }
  const input = ownActivity(draft, { id: 'a1', nowMs: Date.UTC(2026, 10, 22, 3), currency: 'USD' })
  expect(ownActivityInputSchema.parse(input)).toMatchObject({
    kind: 'deal.won',
    value: { amountMinor: 125_050, currency: 'USD' },
    account: 'Acme',
    occurredAt: '2026-11-22T03:00:00.000Z',
  })
  const call = ownActivity({ ...draft, kind: 'call.made', amount: '' }, { id: 'a2', nowMs: 0, currency: 'USD' })
  expect(call).not.toHaveProperty('value')
  expect(ownActivity({ ...draft, amount: 'much' }, { id: 'a3', nowMs: 0, currency: 'USD' })).toBeNull()
})
