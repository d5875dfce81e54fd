import { computed, type Ref } from 'vue'
import type { Loaded } from '../lib/useLoad.ts'
import { useDirectory } from './directory.store.ts'

type ListName = 'people' | 'teams' | 'metrics' | 'rules' | 'boards'

/** Loads lists of the directory for a page; `ready` once all are there, `failed` if one could not be read. */
export function useLists(...names: ListName[]): { state: Readonly<Ref<Loaded<true>>>; reload: () => Promise<unknown> } {
  const directory = useDirectory()
  const reload = () => Promise.all(names.map((name) => directory[name].load()))
  void reload()
  const state = computed<Loaded<true>>(() => {
    const states = names.map((name) => directory[name].state)
    const failed = states.find((state) => state.is === 'failed')
    if (failed?.is === 'failed') return failed
    return states.every((state) => state.is === 'ready') ? { is: 'ready', value: true } : { is: 'loading' }
  })
  return { state, reload }
}

/** The items of a list, empty until they are there. */
export function itemsOf<T>(state: Loaded<readonly T[]>): readonly T[] {
  return state.is === 'ready' ? state.value : []
}
