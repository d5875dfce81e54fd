import type { Unit } from '#shared/metric.ts'
import type { Locale } from '#shared/text.ts'

const numbers = new Map<string, Intl.NumberFormat>()

/** Making an Intl format costs as much as a thousand uses of it. */
function numberFormat(locale: Locale, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${locale}${JSON.stringify(options)}`
  const known = numbers.get(key)
  if (known) return known
  const made = new Intl.NumberFormat(locale, options)
  numbers.set(key, made)
  return made
}

/** Digits after the point of a currency: 2 for USD, 0 for JPY, 3 for KWD. */
export function currencyDigits(currency: string): number {
  return numberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2
}

/** `whole`: without the fraction. `exact`: with it when there is one. `compact`: four digits: 1.153M, 115.3万. */
export type Precision = 'whole' | 'exact' | 'compact'

/** A plain number. */
export function formatNumber(value: number, locale: Locale, precision: Precision = 'exact'): string {
  if (precision === 'compact')
    return numberFormat(locale, { notation: 'compact', maximumSignificantDigits: 4 }).format(value)
  return numberFormat(locale, { maximumFractionDigits: precision === 'whole' ? 0 : 2 }).format(value)
}

/** Money from integer minor units. */
export function formatMoney(minor: number, currency: string, locale: Locale, precision: Precision = 'exact'): string {
  const value = minor / 10 ** currencyDigits(currency)
  const style = { style: 'currency', currency, currencyDisplay: 'narrowSymbol' } as const
  if (precision === 'compact')
    return numberFormat(locale, { ...style, notation: 'compact', maximumSignificantDigits: 4 }).format(value)
  const whole = precision === 'whole' || Number.isInteger(value)
  return numberFormat(locale, whole ? { ...style, maximumFractionDigits: 0 } : style).format(value)
}

/** A metric's value in its unit: minutes as 1:05, percent with one digit. */
export function formatValue(
  value: number,
  unit: Unit,
  { locale, currency, precision = 'whole' }: { locale: Locale; currency: string; precision?: Precision },
): string {
  switch (unit) {
    case 'money':
      return formatMoney(value, currency, locale, precision)
    case 'percent':
      return numberFormat(locale, { style: 'percent', maximumFractionDigits: 1 }).format(value / 100)
    case 'minutes':
      return formatMinutes(value)
    case 'count':
    case 'points':
      return formatNumber(value, locale, precision)
  }
}

/** A gain with its sign: `+120`. */
export function formatGain(value: number, unit: Unit, options: Parameters<typeof formatValue>[2]): string {
  return `${value < 0 ? '−' : '+'}${formatValue(Math.abs(value), unit, options)}`
}

/** Minutes as hours and minutes: 65 → 1:05. */
export function formatMinutes(minutes: number): string {
  const whole = Math.round(Math.abs(minutes))
  return `${minutes < 0 ? '−' : ''}${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`
}
