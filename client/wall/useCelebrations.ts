import { computed, onScopeDispose, type Ref, shallowRef } from 'vue'
import {
  advanceCelebrations,
  correctCelebrations,
  emptyQueue,
  type Playing,
  receiveCelebration,
} from '#shared/celebration.ts'
import { serverNowMs } from '../lib/clock.ts'
import { useNews } from '../lib/realtime.ts'

const checkMs = 500

/** What this screen celebrates now, by the rules of `shared/celebration.ts`. */
export function useCelebrations(): { playing: Readonly<Ref<Playing | null>> } {
  const queue = shallowRef(emptyQueue)
  function advance() {
    queue.value = advanceCelebrations(queue.value, serverNowMs())
  }
  useNews('celebration', (celebration) => {
    queue.value = receiveCelebration(queue.value, celebration, serverNowMs())
    advance()
  })
  useNews('feed:corrected', (correction) => {
    queue.value = correctCelebrations(queue.value, correction)
  })
  const timer = setInterval(() => {
    if (queue.value.playing || queue.value.waiting.length > 0) advance()
  }, checkMs)
  onScopeDispose(() => clearInterval(timer))
  return { playing: computed(() => queue.value.playing) }
}
