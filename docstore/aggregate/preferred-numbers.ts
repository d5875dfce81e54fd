import type { Value } from '../bson/value.ts'
import { CommandError } from '../errors.ts'
import { double } from '../expression/make.ts'
import { readNumber } from '../filter/number.ts'

const R = (steps: number, places: number): number[] =>
  Array.from({ length: steps }, (_, i) => Number((10 ** (i / steps)).toPrecision(places)))

const E6 = [1, 1.5, 2.2, 3.3, 4.7, 6.8]
const E12 = [1, 1.2, 1.5, 1.8, 2.2, 2.7, 3.3, 3.9, 4.7, 5.6, 6.8, 8.2]
const E24 = [
  1, 1.1, 1.2, 1.3, 1.5, 1.6, 1.8, 2, 2.2, 2.4, 2.7, 3, 3.3, 3.6, 3.9, 4.3, 4.7, 5.1, 5.6, 6.2, 6.8, 7.5, 8.2, 9.1,
]

/** Series of preferred numbers between 1 and 10, as they are standardized. */
const SERIES: Readonly<Record<string, readonly number[]>> = {
  R5: [1, 1.6, 2.5, 4, 6.3],
  R10: [1, 1.25, 1.6, 2, 2.5, 3.15, 4, 5, 6.3, 8],
  R20: [1, 1.12, 1.25, 1.4, 1.6, 1.8, 2, 2.24, 2.5, 2.8, 3.15, 3.55, 4, 4.5, 5, 5.6, 6.3, 7.1, 8, 9],
  R40: [
    1, 1.06, 1.12, 1.18, 1.25, 1.32, 1.4, 1.5, 1.6, 1.7, 1.8, 1.9, 2, 2.12, 2.24, 2.36, 2.5, 2.65, 2.8, 3, 3.15, 3.35,
    3.55, 3.75, 4, 4.25, 4.5, 4.75, 5, 5.3, 5.6, 6, 6.3, 6.7, 7.1, 7.5, 8, 8.5, 9, 9.5,
  ],
  R80: [
    1, 1.03, 1.06, 1.09, 1.12, 1.15, 1.18, 1.22, 1.25, 1.28, 1.32, 1.36, 1.4, 1.45, 1.5, 1.55, 1.6, 1.65, 1.7, 1.75,
    1.8, 1.85, 1.9, 1.95, 2, 2.06, 2.12, 2.18, 2.24, 2.3, 2.36, 2.43, 2.5, 2.58, 2.65, 2.72, 2.8, 2.9, 3, 3.07, 3.15,
    3.25, 3.35, 3.45, 3.55, 3.65, 3.75, 3.87, 4, 4.12, 4.25, 4.37, 4.5, 4.62, 4.75, 4.87, 5, 5.15, 5.3, 5.45, 5.6, 5.8,
    6, 6.15, 6.3, 6.5, 6.7, 6.9, 7.1, 7.3, 7.5, 7.75, 8, 8.25, 8.5, 8.75, 9, 9.25, 9.5, 9.75,
  ],
  '1-2-5': [1, 2, 5],
  E6,
  E12,
  E24,
  E48: R(48, 3),
  E96: R(96, 3),
  E192: R(192, 3),
}

/** Rounds a bound of a bucket up or down within a series. Throws 40257 for a series that does not exist. */
export const preferredBoundary = (name: string): ((v: Value, up: boolean) => Value) => {
  if (name === 'POWERSOF2')
    return (v, up) => {
      const n = readNumber(v)
      if (n === 0) return v
      return double(up ? 2 ** (Math.floor(Math.log2(n)) + 1) : 2 ** (Math.ceil(Math.log2(n)) - 1))
    }
  const series = Object.hasOwn(SERIES, name) ? SERIES[name] : undefined
  if (!series) throw new CommandError(40257, `Unknown rounding granularity '${name}'`)
  return (v, up) => {
    const n = readNumber(v)
    if (n === 0) return v
    const scale = Math.floor(Math.log10(n))
    const around = [scale - 1, scale, scale + 1].flatMap((s) => series.map((x) => Number(`${x}e${s}`)))
    return double(up ? (around.find((x) => x > n) as number) : (around.findLast((x) => x < n) as number))
  }
}
