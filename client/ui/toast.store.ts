import { defineStore } from 'pinia'
import { ref } from 'vue'

export interface Toast {
  id: number
  text: string
  tone: 'plain' | 'bad'
}

const shownMs = 5000
const mostShown = 3

/** Short notes about what was just done. */
export const useToasts = defineStore('toasts', () => {
  const toasts = ref<Toast[]>([])
  let nextId = 1
  function dismiss(id: number) {
    toasts.value = toasts.value.filter((toast) => toast.id !== id)
  }
  function say(text: string, tone: Toast['tone'] = 'plain') {
    const id = nextId++
    toasts.value = [...toasts.value, { id, text, tone }].slice(-mostShown)
    setTimeout(() => dismiss(id), shownMs)
  }
  return { toasts, say, dismiss }
})
