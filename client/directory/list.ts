import { type Ref, shallowRef } from 'vue'
import { api } from '../lib/api.ts'
import type { Loaded } from '../lib/useLoad.ts'

/** A list that many pages share: read when first asked for, then kept. */
export interface List<T> {
  state: Ref<Loaded<readonly T[]>>
  /** Reads it unless that has been done. */
  load: () => Promise<void>
  reload: () => Promise<void>
  /** Reads it again if anybody has asked for it. */
  refresh: () => void
  forget: () => void
}

/** A list of the API at `path`. */
export function createList<T>(path: string): List<T> {
  const state = shallowRef<Loaded<readonly T[]>>({ is: 'loading' })
  let asked = false
  let turn = 0
  async function reload() {
    asked = true
    const mine = ++turn
    if (state.value.is === 'failed') state.value = { is: 'loading' }
    try {
      const { items } = await api.get<{ items: T[] }>(path)
      if (mine === turn) state.value = { is: 'ready', value: items }
    } catch (error) {
      if (mine === turn && state.value.is !== 'ready') state.value = { is: 'failed', error }
    }
  }
  return {
    state,
    reload,
    load: async () => {
      if (!asked || state.value.is === 'failed') await reload()
    },
    refresh: () => void (asked && reload()),
    forget() {
      turn++
      asked = false
      state.value = { is: 'loading' }
    },
  }
}
