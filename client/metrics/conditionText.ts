import type { Condition } from '#shared/metric.ts'
import { currencyDigits } from '../lib/format.ts'

export const conditionFields = ['valueMinor', 'quantity', 'currency', 'evidence', 'attributes'] as const
export type ConditionField = (typeof conditionFields)[number]
export type Op = Condition['op']

/** What a condition is about, in the words of the editor; `kind` is chosen elsewhere. */
export function fieldKind(field: string): ConditionField {
  return conditionFields.find((one) => field === one || field.startsWith(`${one}.`)) ?? 'attributes'
}

/** Comparisons that make sense for a field. */
export function opsOf(field: string): readonly Op[] {
  const kind = fieldKind(field)
  if (kind === 'valueMinor' || kind === 'quantity') return ['at-least', 'at-most', 'is', 'is-not']
  return kind === 'attributes'
    ? ['is', 'is-not', 'in', 'not-in', 'at-least', 'at-most']
    : ['is', 'is-not', 'in', 'not-in']
}

/** What stands in the value's input: amounts in major units, several values with commas. */
export function textOf(condition: Condition, currency: string): string {
  if ('values' in condition) return condition.values.join(', ')
  if (condition.field === 'valueMinor') return String(Number(condition.value) / 10 ** currencyDigits(currency))
  return String(condition.value)
}

/** The condition that a field, a comparison and a text mean. Numbers where only numbers are compared. */
export function conditionOf(field: string, op: Op, text: string, currency: string): Condition {
  const number = Number(text.normalize('NFKC').replaceAll(',', '')) || 0
  const scaled = field === 'valueMinor' ? Math.round(number * 10 ** currencyDigits(currency)) : number
  if (op === 'in' || op === 'not-in') {
    const values = text.split(/[,，、]/u).map((one) => one.trim())
    return { field, op, values: values.filter((one) => one !== '') }
  }
  if (op === 'at-least' || op === 'at-most') return { field, op, value: scaled }
  return { field, op, value: field === 'valueMinor' || field === 'quantity' ? scaled : text }
}
