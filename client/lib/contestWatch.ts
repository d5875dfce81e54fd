import { type MaybeRefOrGetter, type Ref, shallowRef, toValue, watch } from 'vue'
import type { ContestView } from '#shared/contract/contestView.ts'
import type { Problem } from '#shared/contract/problem.ts'
import { useRealtime } from './realtime.ts'

/** A contest, kept up to date while the component lives. The last good view stays through any gap. */
export function useContestWatch(contestId: MaybeRefOrGetter<string | null>): {
  view: Readonly<Ref<ContestView | null>>
  problem: Readonly<Ref<Problem | null>>
} {
  const realtime = useRealtime()
  const view = shallowRef<ContestView | null>(null)
  const problem = shallowRef<Problem | null>(null)
  watch(
    () => toValue(contestId),
    (id, before, onCleanup) => {
      if (before !== undefined) view.value = null
      problem.value = null
      if (!id) return
      onCleanup(
        realtime.watchContest(id, {
          view(next) {
            view.value = next
            problem.value = null
          },
          problem(next) {
            problem.value = next
          },
        }),
      )
    },
    { immediate: true },
  )
  return { view, problem }
}
