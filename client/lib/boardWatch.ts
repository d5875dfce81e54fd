import { type MaybeRefOrGetter, type Ref, shallowRef, toValue, watch } from 'vue'
import type { BoardView, BoardWindow } from '#shared/contract/boardView.ts'
import type { Problem } from '#shared/contract/problem.ts'
import { useRealtime } from './realtime.ts'

/** A board, kept up to date while the component lives. The last good view stays through any gap. */
export function useBoardWatch(window: MaybeRefOrGetter<BoardWindow | null>): {
  view: Readonly<Ref<BoardView | null>>
  problem: Readonly<Ref<Problem | null>>
} {
  const realtime = useRealtime()
  const view = shallowRef<BoardView | null>(null)
  const problem = shallowRef<Problem | null>(null)
  watch(
    () => JSON.stringify(toValue(window)),
    (_now, before, onCleanup) => {
      const asked = toValue(window)
      if (before !== undefined) view.value = null
      problem.value = null
      if (!asked) return
      onCleanup(
        realtime.watchBoard(asked, {
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
