import { expect, test } from 'vitest'
import { conditionSchema } from '#shared/metric.ts'
import { conditionFields, conditionOf, opsOf, textOf } from '../../client/metrics/conditionText.ts'

test('an amount in a condition is written in whole money and kept in minor units', () => {
  const condition = conditionOf('valueMinor', 'at-least', '1,000', 'USD')
  expect(condition).toEqual({ field: 'valueMinor', op: 'at-least', value: 100_000 })
  expect(textOf(condition, 'USD')).toBe('1000')
})

test('several values are told apart by commas of either script', () => {
  expect(conditionOf('attributes.segment', 'in', 'key account, 大客户，渠道', 'CNY')).toEqual({
    field: 'attributes.segment',
    op: 'in',
    values: ['key account', '大客户', '渠道'],
  })
})

test('whatever comparison the editor offers gives a condition that the server takes', () => {
  for (const kind of conditionFields) {
    const field = kind === 'attributes' ? 'attributes.segment' : kind
    for (const op of opsOf(field)) expect(() => conditionSchema.parse(conditionOf(field, op, '7', 'USD'))).not.toThrow()
  }
})
