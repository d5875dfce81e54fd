import type { BoardRow } from '#shared/contract/boardView.ts'
import type { Unit } from '#shared/metric.ts'
import type { Locale } from '#shared/text.ts'
import { formatGain, formatValue, type Precision } from '../lib/format.ts'

/** How the numbers of one board are written: the same way in every row, in a column that does not change its width. */
export interface BoardFigures {
  unit: Unit
  value(value: number): string
  gain(value: number): string
  gap(value: number): string
  /** Width of the widest value with room for one more digit, in widths of a digit. */
  valueWidth: number
}

/** What is drawn as a tower of rows: a board, or a contest of many teams. */
export interface Ranked {
  metric: { unit: Unit }
  currency: string
  rows: readonly BoardRow[]
}

/** Longer than this, a number is not read but skipped: 1,153,214 stays, 12,345,678,901 becomes 12.3B. */
const longest = 12
/** Room for a gap and for a gain, in widths of a digit: an ellipsis inside a number would be a lie. */
const gapRoom = 9.2
const gainRoom = 8

/** Figures of a board whose rows have these values. */
export function boardFigures({ metric: { unit }, currency, rows }: Ranked, locale: Locale): BoardFigures {
  const options = (precision: Precision) => ({ locale, currency, precision })
  const whole = (value: number) => formatValue(value, unit, options('whole'))
  const values = rows.map((row) => row.value).filter((value) => value !== null)
  const precision: Precision = widest(values, whole) > longest ? 'compact' : 'whole'
  const value = (value: number) => formatValue(value, unit, options(precision))
  const gain = fitted(gainRoom, precision, (gained, precision) => formatGain(gained, unit, options(precision)))
  const gap = fitted(gapRoom, precision, (missing, precision) =>
    formatGain(-Math.abs(missing), unit, options(precision)),
  )
  return { unit, value, gap, gain, valueWidth: widest(values, value) + 1 }
}

/** Writes a number short when it would not fit. */
function fitted(room: number, precision: Precision, write: (value: number, precision: Precision) => string) {
  return (value: number) => {
    const long = write(value, precision)
    return textWidth(long) > room ? write(value, 'compact') : long
  }
}

function widest(values: readonly number[], write: (value: number) => string): number {
  return Math.max(1, ...values.map((value) => textWidth(write(value))))
}

/** Width of a figure in widths of a digit: marks are half as wide, Chinese units nearly twice. */
export function textWidth(text: string): number {
  let width = 0
  for (const letter of text) width += /[.,:\s]/.test(letter) ? 0.46 : /\p{Script=Han}/u.test(letter) ? 1.55 : 0.98
  return width
}
