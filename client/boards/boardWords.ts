import type { Audience } from '#shared/board.ts'
import type { Cycle } from '#shared/period.ts'
import { useDirectory } from '../directory/directory.store.ts'
import { useText } from '../i18n/useText.ts'
import { useFigures } from '../lib/useFigures.ts'

/** What a board is, in words. */
export function useBoardWords() {
  const { t } = useText()
  const figures = useFigures()
  const directory = useDirectory()
  return {
    cycle(cycle: Cycle): string {
      if (cycle.every === 'rolling') return t('boards.rollingDays', { n: cycle.days })
      if (cycle.every === 'custom') return `${figures.dayName(cycle.from)} – ${figures.dayName(cycle.to)}`
      return t(`boards.every.${cycle.every}`)
    },
    audience(audience: Audience): string {
      if (audience.of === 'teams') return t('boards.byLevel', { level: t(`boards.level.${audience.level}`) })
      const team = audience.teamId && directory.teamById.get(audience.teamId)?.name
      const parts = [
        team,
        audience.track && t(`person.track.${audience.track}`),
        audience.tier && t(`person.tier.${audience.tier}`),
      ].filter(Boolean)
      return parts.length > 0 ? parts.join(' · ') : t('boards.everybody')
    },
    /** A period's days: `22 Nov 2026`, or the first and the last. */
    period({ fromMs, toMs }: { fromMs: number | null; toMs: number | null }): string {
      if (fromMs === null || toMs === null) return t('boards.forever')
      const first = figures.day(fromMs)
      const last = figures.day(toMs - 1)
      return first === last ? first : `${first} – ${last}`
    },
  }
}
