import { computed, reactive, watchEffect } from 'vue'
import { contestInputSchema, contestMetricProblem } from '#shared/contest.ts'
import { useDirectory } from '../directory/directory.store.ts'
import { itemsOf } from '../directory/useLists.ts'
import { useReach } from '../directory/useTeamOptions.ts'
import { useText } from '../i18n/useText.ts'
import { useNow } from '../lib/clock.ts'
import { randomId } from '../lib/randomId.ts'
import { useFigures } from '../lib/useFigures.ts'
import { type ContestDraft, contestOfDraft, type DraftFacts, draftWindow, firstMetric } from './contestDraft.ts'

/** What the wizard fills in, the contest that it means, and what a manager should know before it starts. */
export function useContestDraft() {
  const { t, name, locale } = useText()
  const directory = useDirectory()
  const figures = useFigures()
  const now = useNow()
  const reach = useReach()
  const metrics = computed(() =>
    itemsOf(directory.metrics.state).filter((metric) => metric.active && contestMetricProblem(metric) === null),
  )
  const side = () => ({ key: randomId(), teamId: null, name: '', people: [] })
  const draft = reactive<ContestDraft>({
    metricId: '',
    sides: [side(), side()],
    start: 'now',
    startAt: '',
    minutes: '60',
    endAt: '',
    aggregation: 'sum',
    graceMinutes: '15',
    name: '',
  })
  watchEffect(() => {
    if (draft.metricId === '') draft.metricId = firstMetric(metrics.value)
  })
  // The two largest teams at the bottom of the tree are the likeliest sides.
  watchEffect(() => {
    const teams = itemsOf(directory.teams.state).filter((team) => team.level === 'team' && reach.value(team.id))
    if (draft.sides.every((one) => one.teamId === null && !one.name && one.people.length === 0))
      for (const [index, team] of teams.slice(0, 2).entries()) {
        const one = draft.sides[index]
        if (one) one.teamId = team.id
      }
  })
  const metric = computed(() => metrics.value.find((one) => one.id === draft.metricId))
  const defaultName = computed(() => t('contests.defaultName', { metric: metric.value ? name(metric.value.name) : '' }))
  const facts = computed<DraftFacts>(() => ({
    people: itemsOf(directory.people.state),
    teams: directory.teamById,
    zone: figures.zone(),
  }))
  const contestAt = (nowMs: number) =>
    contestOfDraft(draft, facts.value, { nowMs, name: { [locale.value]: draft.name.trim() || defaultName.value } })
  const minute = computed(() => Math.floor(now.value / 60_000) * 60_000)
  const contest = computed(() => contestAt(minute.value))
  const window = computed(() => draftWindow(draft, facts.value.zone, minute.value))
  /** What is still to be done before it can start; `null` when nothing is. */
  const missing = computed(() => {
    for (const [index, side] of draft.sides.entries()) {
      if (side.teamId === null && !side.name.trim()) return t('contests.sideNameless', { n: index + 1 })
      if (side.teamId === null && side.people.length === 0) return t('contests.sideEmpty', { n: index + 1 })
    }
    const { startsAtMs, endsAtMs } = window.value
    if (startsAtMs !== null && endsAtMs !== null && endsAtMs <= startsAtMs) return t('contests.endBefore')
    return contest.value ? null : t('contests.incomplete')
  })
  const warnings = computed(() => {
    const found: string[] = []
    if (!contest.value) return found
    const { sides, aggregation } = contest.value
    const sizes = sides.map((one) => one.roster.length)
    if (aggregation === 'sum' && Math.max(...sizes) > Math.min(...sizes) * 1.2)
      found.push(t('contests.sizes', { sizes: sizes.join(' : ') }))
    const playing = sides.flatMap((one) => one.roster)
    const twice = playing.find((id, index) => playing.indexOf(id) !== index)
    if (twice) found.push(t('contests.twice', { name: directory.personById.get(twice)?.name ?? '' }))
    return found
  })
  return {
    draft,
    metrics,
    metric,
    defaultName,
    window,
    contest,
    missing,
    warnings,
    /** The contest if it begins at this instant, or `null` while it is not a whole and valid one. */
    contestAt: (nowMs: number) => contestInputSchema.safeParse(contestAt(nowMs)).data ?? null,
  }
}
