import { defineStore } from 'pinia'
import { ref, shallowRef, watch } from 'vue'
import type { OwnActivityInput } from '#shared/contract/activities.ts'
import { ApiProblem, api } from '../lib/api.ts'
import { useLinkState } from '../lib/realtime.ts'
import { useSession } from '../session/session.store.ts'
import { mostWaiting, readOutbox, type Waiting, writeOutbox } from './outbox.ts'

const retryMs = 15_000

/**
 * Activities that one logged, until the server has them: kept on the device first, then sent, oldest first, and again
 * after every failure that may pass. Their ids make a second sending harmless.
 */
export const useOutbox = defineStore('outbox', () => {
  const session = useSession()
  const link = useLinkState()
  const waiting = shallowRef<readonly Waiting[]>([])
  /** How many the server has taken since the page was opened; grows with each. */
  const sent = ref(0)
  const sending = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined

  watch(
    () => session.user?.id,
    (userId) => {
      waiting.value = userId ? readOutbox(userId) : []
      void send()
    },
    { immediate: true },
  )
  watch(
    () => link.value.is === 'live',
    (live) => void (live && send()),
  )
  addEventListener('online', () => void send())

  function keep(next: readonly Waiting[]) {
    waiting.value = next
    if (session.user) writeOutbox(session.user.id, next)
  }

  async function send() {
    if (sending.value) return
    clearTimeout(timer)
    sending.value = true
    try {
      for (;;) {
        const next = waiting.value.find((one) => one.refused === null)
        if (!next) return
        const rest = () => waiting.value.filter((one) => one.input.id !== next.input.id)
        try {
          await api.post('/my/activities', next.input)
          sent.value += 1
          keep(rest())
        } catch (error) {
          if (!isFinal(error)) {
            timer = setTimeout(() => void send(), retryMs)
            return
          }
          keep([...rest(), { ...next, refused: error.message }])
        }
      }
    } finally {
      sending.value = false
    }
  }

  return {
    waiting,
    sent,
    sending,
    send,
    /** Keeps it and tries to send it; true when the server has it. */
    async add(input: OwnActivityInput): Promise<boolean> {
      keep([...waiting.value, { input, refused: null }].slice(-mostWaiting))
      await send()
      return !waiting.value.some((one) => one.input.id === input.id)
    },
    discard: (id: string) => keep(waiting.value.filter((one) => one.input.id !== id)),
  }
})

/** A refusal that will be the same next time; signed out, too many or broken may pass. */
function isFinal(error: unknown): error is ApiProblem {
  return error instanceof ApiProblem && [400, 403, 404, 409, 413, 422].includes(error.status)
}
