import { onScopeDispose, watchEffect } from 'vue'

/** The title of the tab while the component lives. */
export function useHead(title: () => string) {
  watchEffect(() => {
    document.title = `${title()} · Pitboard`
  })
  onScopeDispose(() => {
    document.title = 'Pitboard'
  })
}
