import { type ContestInput, closesAtMs } from '#shared/contest.ts'
import { useText } from '../i18n/useText.ts'
import { useFigures } from '../lib/useFigures.ts'

/** The rules of a contest as one plain sentence in the reader's language. */
export function useContestSentence() {
  const { t } = useText()
  const figures = useFigures()
  return (contest: Omit<ContestInput, 'name' | 'metricId'>, metric: string): string => {
    const names = contest.sides.map((side) => side.name)
    const [a = '', b = ''] = names
    const sides = names.length === 2 ? t('contests.versus', { a, b }) : names.join(t('contests.and'))
    return t(`contests.sentence.${contest.aggregation}`, {
      sides,
      metric,
      from: figures.moment(contest.startsAtMs),
      to: figures.when(contest.endsAtMs, contest.startsAtMs),
      close: figures.when(closesAtMs(contest), contest.startsAtMs),
    })
  }
}
