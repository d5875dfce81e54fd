import type { Unit } from '#shared/metric.ts'
import { localDay } from '#shared/period.ts'
import { useText } from '../i18n/useText.ts'
import { useSession } from '../session/session.store.ts'
import { useNow } from './clock.ts'
import { formatGain, formatMoney, formatNumber, formatValue, type Precision } from './format.ts'
import { formatClock, formatDay, formatLongDay, formatMoment } from './formatTime.ts'
import { useWords } from './useWords.ts'

/** Numbers and times as this organization and reader write them. */
export function useFigures() {
  const session = useSession()
  const { locale } = useText()
  const words = useWords()
  const now = useNow()
  const zone = () => session.organization?.zone ?? 'UTC'
  const currency = () => session.organization?.currency ?? 'USD'
  const options = (precision: Precision) => ({ locale: locale.value, currency: currency(), precision })
  return {
    zone,
    currency,
    today: () => localDay(now.value, zone()),
    value: (value: number | null, unit: Unit, precision: Precision = 'whole') =>
      value === null ? '–' : formatValue(value, unit, options(precision)),
    gain: (value: number, unit: Unit) => formatGain(value, unit, options('whole')),
    number: (value: number) => formatNumber(value, locale.value),
    money: (minor: number, of: string | null) => formatMoney(minor, of ?? currency(), locale.value),
    clock: (atMs: number) => formatClock(atMs, locale.value, zone()),
    day: (atMs: number) => formatDay(atMs, locale.value, zone()),
    longDay: (atMs: number) => formatLongDay(atMs, locale.value, zone()),
    moment: (atMs: number) => formatMoment(atMs, locale.value, zone()),
    /** The time alone on the day that the reader has in mind, which is today unless another instant is given. */
    when: (atMs: number, besideMs: number = now.value) =>
      (localDay(atMs, zone()) === localDay(besideMs, zone()) ? formatClock : formatMoment)(atMs, locale.value, zone()),
    /** A local day, `2026-11-22`, in words. */
    dayName: (day: string) => formatDay(Date.parse(`${day}T12:00Z`), locale.value, 'UTC'),
    ago: (atMs: number) => words.ago(now.value - atMs),
  }
}
