import { Decimal128 } from 'bson'

/** A finite number exactly as digits times a power of ten. */
export interface Exact {
  readonly digits: bigint
  readonly exponent: number
}

/** The digits of a finite Decimal128 given by its 16 bytes, or 'NaN', or an infinity as a number. */
export const readDecimal = (bytes: Buffer): Exact | number => {
  const text = new Decimal128(Uint8Array.from(bytes)).toString()
  if (text === 'NaN') return Number.NaN
  if (text.endsWith('Infinity')) return text.startsWith('-') ? -Infinity : Infinity
  const [mantissa = '0', power = '0'] = text.split('E')
  const [whole = '0', fraction = ''] = mantissa.split('.')
  return { digits: BigInt(whole + fraction), exponent: Number(power) - fraction.length }
}

/** A finite double as exact decimal digits: every double is a finite decimal. */
export const exactDouble = (n: number): Exact => {
  if (Number.isInteger(n)) return { digits: BigInt(n), exponent: 0 }
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, n)
  const bits = view.getBigUint64(0)
  const biased = Number((bits >> 52n) & 0x7ffn)
  const fraction = bits & 0xfffffffffffffn
  const mantissa = biased === 0 ? fraction : fraction | 0x10000000000000n
  const power = (biased === 0 ? 1 : biased) - 1075
  const signed = n < 0 ? -mantissa : mantissa
  if (power >= 0) return { digits: signed << BigInt(power), exponent: 0 }
  return { digits: signed * 5n ** BigInt(-power), exponent: power }
}

/** a - b, exactly. */
export const subtract = (a: Exact, b: Exact): Exact => {
  const exponent = Math.min(a.exponent, b.exponent)
  const scale = (x: Exact): bigint => x.digits * 10n ** BigInt(x.exponent - exponent)
  return { digits: scale(a) - scale(b), exponent }
}

/** The nearest double of an exact number. */
export const toDouble = (x: Exact): number => Number(`${x.digits}e${x.exponent}`)
