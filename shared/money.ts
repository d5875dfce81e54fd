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

const marksByCurrency = new Map<string, string[]>()

/** How a currency may be marked beside an amount, the longest mark first: `US$`, `USD`, `$`. */
export function currencyMarks(currency: string): readonly string[] {
  const known = marksByCurrency.get(currency)
  if (known) return known
  const symbols = (['symbol', 'narrowSymbol'] as const).flatMap((currencyDisplay) =>
    ['en', 'en-AU', 'zh-CN'].map((locale) => {
      const format = new Intl.NumberFormat(locale, { style: 'currency', currency, currencyDisplay })
      return format.formatToParts(0).find((part) => part.type === 'currency')?.value ?? currency
    }),
  )
  const words = currency === 'CNY' ? ['元', 'RMB'] : []
  const marks = [...new Set([currency, ...symbols, ...words])].sort((a, b) => b.length - a.length)
  marksByCurrency.set(currency, marks)
  return marks
}
