import type { MessageKey } from '../i18n/keys.ts'
import { useText } from '../i18n/useText.ts'
import { formatCountdown, largestUnit } from './formatTime.ts'

const length = {
  seconds: 'format.seconds',
  minutes: 'format.minutes',
  hours: 'format.hours',
  days: 'format.days',
} as const satisfies Record<string, MessageKey>

/** Lengths of time in words of the reader's language. */
export function useWords() {
  const { t } = useText()
  return {
    /** 5 min. */
    long: (lengthMs: number): string => {
      const { unit, n } = largestUnit(lengthMs)
      return t(length[unit], { n })
    },
    /** 5 min ago; `just now` below ten seconds. */
    ago: (lengthMs: number): string => {
      if (lengthMs < 10_000) return t('format.justNow')
      const { unit, n } = largestUnit(lengthMs)
      return t('format.ago', { length: t(length[unit], { n }) })
    },
    /** 3 d 4 h while it is far, a clock on the last day. */
    left: (leftMs: number): string => {
      if (leftMs < 86_400_000) return formatCountdown(leftMs)
      const hours = Math.floor(leftMs / 3_600_000)
      return `${t('format.days', { n: Math.floor(hours / 24) })} ${t('format.hours', { n: hours % 24 })}`
    },
  }
}
