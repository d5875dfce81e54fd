import { onScopeDispose } from 'vue'

/** Keeps the screen on; browsers drop the lock whenever the page is hidden, so it is asked for again. */
export function useWakeLock() {
  const ask = () => {
    // Refused on battery or over plain HTTP; the screen then follows the machine's own setting.
    if (!document.hidden) navigator.wakeLock?.request('screen').catch(() => undefined)
  }
  ask()
  document.addEventListener('visibilitychange', ask)
  onScopeDispose(() => document.removeEventListener('visibilitychange', ask))
}
