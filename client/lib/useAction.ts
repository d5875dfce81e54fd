import { ref, shallowRef } from 'vue'
import { ApiProblem } from './api.ts'

/** Something that the reader started: whether it runs, and what went wrong. One at a time. */
export function useAction() {
  const busy = ref(false)
  const error = shallowRef<unknown>(null)
  return {
    busy,
    error,
    /** What was wrong with one field of what was sent, by its path in the body. */
    issue: (path: string) => (error.value instanceof ApiProblem ? error.value.issueAt(`body.${path}`) : undefined),
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
        return false
      } finally {
        busy.value = false
      }
    },
  }
}
