import { onScopeDispose, type Ref, ref } from 'vue'
import type { Channel } from './useChannel.ts'

const shownMs = 5000

/** Keys of a wall. Any key shows what they do, for five seconds. */
export function useWallKeys(channel: Channel): { shown: Readonly<Ref<boolean>> } {
  const shown = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined
  function onKey(event: KeyboardEvent) {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (event.key === 'ArrowRight') channel.step(1)
    else if (event.key === 'ArrowLeft') channel.step(-1)
    else if (event.key === ' ') channel.held.value = !channel.held.value
    else if (event.key === 'f' || event.key === 'F') toggleFullscreen()
    shown.value = true
    clearTimeout(timer)
    timer = setTimeout(() => {
      shown.value = false
    }, shownMs)
  }
  window.addEventListener('keydown', onKey)
  onScopeDispose(() => {
    window.removeEventListener('keydown', onKey)
    clearTimeout(timer)
  })
  return { shown }
}

function toggleFullscreen() {
  const change = document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()
  // A browser without it stays as it is.
  change.catch(() => undefined)
}
