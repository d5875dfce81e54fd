import type { ContestView } from '#shared/contract/contestView.ts'
import { useText } from '../i18n/useText.ts'
import { formatGain, formatValue } from '../lib/format.ts'
import { textWidth } from './boardFigures.ts'

/** Longer figures are written short, so that two halves always hold them. */
const longest = 10

/** How a contest's numbers are written: all in the same way. */
export function useContestFigures(view: () => ContestView) {
  const { locale } = useText()
  function options() {
    const { unit, currency, sides } = view()
    const whole = { locale: locale.value, currency, precision: 'whole' } as const
    const long = sides.some((side) => textWidth(formatValue(side.value, unit, whole)) > longest)
    return { ...whole, precision: long ? ('compact' as const) : whole.precision }
  }
  return {
    value: (value: number) => formatValue(value, view().unit, options()),
    /** Width of the widest of these, in widths of a digit. */
    width: (values: readonly number[]) =>
      Math.max(4, ...values.map((value) => textWidth(formatValue(value, view().unit, options())))),
    gain: (value: number) => formatGain(value, view().unit, options()),
  }
}
