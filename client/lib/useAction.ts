import { nextTick, ref, shallowRef } from 'vue'
import { issueText } from './issueText.ts'

/** Something that the reader started: whether it runs, and what went wrong. One at a time. */
export function useAction() {
  const busy = ref(false)
  const error = shallowRef<unknown>(null)
  return {
    busy,
    error,
    /** What was wrong with one field of what was sent, by its path in the body. */
    issue: (path: string) => issueText(error.value, path),
    /** Runs it; false when it failed or another one still runs. */
    async act(run: () => Promise<unknown>): Promise<boolean> {
      if (busy.value) return false
      busy.value = true
      error.value = null
      try {
        await run()
        return true
      } catch (thrown) {
        error.value = thrown
        void nextTick(showFirstWrong)
        return false
      } finally {
        busy.value = false
      }
    },
  }
}

/** On a long form, what is marked may be out of sight. */
function showFirstWrong() {
  document.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
}
