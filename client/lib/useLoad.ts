import { onScopeDispose, type Ref, shallowRef } from 'vue'

/** A value on its way: the page draws each case. `ready` keeps its value while it is read again. */
export type Loaded<T> = { is: 'loading' } | { is: 'ready'; value: T } | { is: 'failed'; error: unknown }

/** Reads once now and again on `reload`; a later read wins over an earlier one, and leaving the page aborts it. */
export function useLoad<T>(read: (signal: AbortSignal) => Promise<T>): {
  state: Readonly<Ref<Loaded<T>>>
  reload: () => Promise<void>
} {
  const state = shallowRef<Loaded<T>>({ is: 'loading' })
  let running = new AbortController()
  async function reload() {
    running.abort()
    const mine = new AbortController()
    running = mine
    if (state.value.is === 'failed') state.value = { is: 'loading' }
    try {
      const value = await read(mine.signal)
      if (!mine.signal.aborted) state.value = { is: 'ready', value }
    } catch (error) {
      if (!mine.signal.aborted) state.value = { is: 'failed', error }
    }
  }
  onScopeDispose(() => running.abort())
  void reload()
  return { state, reload }
}
