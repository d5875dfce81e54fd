import { type MaybeRefOrGetter, type Ref, shallowRef, toValue, watch } from 'vue'
import type { BoardView, BoardWindow } from '#shared/contract/boardView.ts'
import type { ContestView } from '#shared/contract/contestView.ts'
import type { Problem } from '#shared/contract/problem.ts'
import { useRealtime } from './realtime.ts'
import type { WatchListener } from './watches.ts'

/** What is watched, kept up to date while the component lives. The last good view stays through any gap. */
export interface Watched<View> {
  view: Readonly<Ref<View | null>>
  problem: Readonly<Ref<Problem | null>>
}

/** A board in a window. */
export function useBoardWatch(window: MaybeRefOrGetter<BoardWindow | null>): Watched<BoardView> {
  return useWatch(window, useRealtime().watchBoard)
}

/** A contest by its id. */
export function useContestWatch(contestId: MaybeRefOrGetter<string | null>): Watched<ContestView> {
  return useWatch(contestId, useRealtime().watchContest)
}

function useWatch<Asked, View>(
  asked: MaybeRefOrGetter<Asked | null>,
  begin: (asked: Asked, listener: WatchListener<View>) => () => void,
): Watched<View> {
  const view = shallowRef<View | null>(null)
  const problem = shallowRef<Problem | null>(null)
  watch(
    () => JSON.stringify(toValue(asked)),
    (_now, before, onCleanup) => {
      const now = toValue(asked)
      if (before !== undefined) view.value = null
      problem.value = null
      if (now === null) return
      onCleanup(
        begin(now, {
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
