import type { BoardRow, BoardView } from '#shared/contract/boardView.ts'
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

/** Longer than this, a number is not read but skipped: 1,153,214 stays, 12,345,678,901 becomes 12.3B. */
const longest = 12
/** Room for a gap and for a gain, in widths of a digit: an ellipsis inside a number would be a lie. */
const gapRoom = 9.2
const gainRoom = 8

/** Figures of a board whose rows have these values. */
export function boardFigures(view: Pick<BoardView, 'metric' | 'currency' | 'rows'>, locale: Locale): BoardFigures {
  const unit = view.metric.unit
  const write = (precision: Precision) => (value: number) =>
    formatValue(value, unit, { locale, currency: view.currency, precision })
  const values = numbersOf(view.rows, (row) => row.value)
  const gaps = numbersOf(view.rows, (row) => row.gap)
  const precision: Precision = widest(values, write('whole')) > longest ? 'compact' : 'whole'
  const value = write(precision)
  const gapIn = (precision: Precision) => (missing: number) => `−${write(precision)(Math.abs(missing))}`
  const gap = gapIn(widest(gaps, gapIn(precision)) > gapRoom ? 'compact' : precision)
  const gainIn = (precision: Precision) => (gained: number) =>
    formatGain(gained, unit, { locale, currency: view.currency, precision })
  return {
    unit,
    value,
    gap,
    gain: (gained) => (textWidth(gainIn(precision)(gained)) > gainRoom ? gainIn('compact') : gainIn(precision))(gained),
    valueWidth: widest(values, value) + 1,
  }
}

function numbersOf(rows: readonly BoardRow[], pick: (row: BoardRow) => number | null): number[] {
  return rows.map(pick).filter((value) => value !== null)
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
