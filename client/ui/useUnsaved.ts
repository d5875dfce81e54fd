import { useEventListener } from '@vueuse/core'
import { nextTick, onScopeDispose, watch } from 'vue'
import { useRouter } from 'vue-router'
import { useLeaving } from './leaving.store.ts'

/**
 * Keeps what was written from being lost by a link, the back button or a closed window: asks before. `draft` gives it once it
 * can be written, `null` before and after. Call it in a component's set-up.
 */
export function useUnsaved(draft: () => object | null): {
  /** Resolves to whether to leave: at once when nothing was changed. */
  mayLeave(): Promise<boolean>
  /** What is written has been saved: only what is changed from now on is asked about. */
  settled(): void
} {
  const leaving = useLeaving()
  let before: string | null = null
  const changed = () => {
    const now = draft()
    return before !== null && now !== null && JSON.stringify(now) !== before
  }
  watch(
    () => draft() !== null,
    async (written) => {
      before = null
      // What is filled in by itself at the beginning is no change.
      await nextTick()
      if (written && draft() !== null) before = JSON.stringify(draft())
    },
    { immediate: true },
  )
  async function mayLeave() {
    if (changed() && !(await leaving.ask())) return false
    before = null
    return true
  }
  const settled = () => {
    before = JSON.stringify(draft())
  }
  onScopeDispose(useRouter().beforeEach(mayLeave))
  useEventListener('beforeunload', (event) => {
    if (changed()) event.preventDefault()
  })
  return { mayLeave, settled }
}
