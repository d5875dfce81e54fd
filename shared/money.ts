const digitsByCurrency = new Map<string, number>()

/** Decimal digits of a currency's minor unit: 2 for EUR, 0 for JPY, 3 for KWD; 2 where it is not known. */
export function minorDigits(currency: string): number {
  const known = digitsByCurrency.get(currency)
  if (known !== undefined) return known
  const { maximumFractionDigits } = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions()
  const digits = maximumFractionDigits ?? 2
  digitsByCurrency.set(currency, digits)
  return digits
}

/** Whole units of a currency in its minor units: 5 EUR are 500. */
export function toMinor(whole: number, currency: string): number {
  return whole * 10 ** minorDigits(currency)
}
