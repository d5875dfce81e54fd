import { defineStore } from 'pinia'
import { shallowRef } from 'vue'

/** The question before what was written is lost; `LeavingQuestion` shows it. */
export const useLeaving = defineStore('leaving', () => {
  const answer = shallowRef<((leave: boolean) => void) | null>(null)
  /** Asks; answers whether to leave. Asking again answers the question before with no. */
  function ask(): Promise<boolean> {
    answer.value?.(false)
    return new Promise((resolve) => {
      answer.value = (leave) => {
        answer.value = null
        resolve(leave)
      }
    })
  }
  return { answer, ask }
})
