const SPECIAL = new Map<number, string>([
  [Infinity, 'Infinity'],
  [-Infinity, '-Infinity'],
])

/** From this exponent of ten on, and below -4, a double is written with an exponent. */
const FROM_EXPONENT = 16

/** Digits and an exponent, as `toExponential` gives them, in the shape of C's `%g`. */
const shaped = (source: string, fromExponent: number): string => {
  const [, sign, digits, exponent] = /^(-?)([\d.]+)e(.+)$/.exec(source) as unknown as [string, string, string, string]
  const all = digits.replace('.', '').replace(/0+$/, '') || '0'
  const at = Number(exponent)
  if (at < -4 || at >= fromExponent) {
    const tail = all.length > 1 ? `.${all.slice(1)}` : ''
    return `${sign}${all[0]}${tail}e${at < 0 ? '-' : '+'}${String(Math.abs(at)).padStart(2, '0')}`
  }
  if (at < 0) return `${sign}0.${'0'.repeat(-at - 1)}${all}`
  const whole = all.slice(0, at + 1).padEnd(at + 1, '0')
  return all.length > at + 1 ? `${sign}${whole}.${all.slice(at + 1)}` : sign + whole
}

/** A double as a conversion to text writes it: the shortest digits that read back as the same. */
export const doubleText = (n: number): string => {
  if (Number.isNaN(n)) return 'NaN'
  if (Object.is(n, -0)) return '-0'
  return SPECIAL.get(n) ?? shaped(n.toExponential(), FROM_EXPONENT)
}

const SHORT_DIGITS = 6

/** A double as the older operators on texts write it: six digits. */
export const shortDoubleText = (n: number): string => {
  if (Number.isNaN(n)) return 'nan'
  if (Object.is(n, -0)) return '-0'
  return Number.isFinite(n) ? shaped(n.toExponential(SHORT_DIGITS - 1), SHORT_DIGITS) : n < 0 ? '-inf' : 'inf'
}
