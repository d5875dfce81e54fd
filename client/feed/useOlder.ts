import { computed, ref, shallowRef } from 'vue'
import type { FeedItem } from '#shared/contract/feed.ts'
import { api } from '../lib/api.ts'
import { useAction } from '../lib/useAction.ts'

const pageSize = 50

/** Older items behind those that came by themselves, fetched on demand. */
export function useOlder(newest: () => readonly FeedItem[]) {
  const older = shallowRef<readonly FeedItem[]>([])
  const ended = ref(false)
  const { busy, error, act } = useAction()
  const all = computed(() => {
    const seen = new Set<string>()
    return [...newest(), ...older.value].filter(({ id }) => !seen.has(id) && seen.add(id))
  })
  const load = () =>
    act(async () => {
      const last = all.value.at(-1)
      const { items } = await api.get<{ items: FeedItem[] }>('/feed', {
        query: { limit: pageSize, before: last && `${last.atMs}.${last.id}` },
      })
      older.value = [...older.value, ...items]
      ended.value = items.length < pageSize
    })
  return { all, busy, error, ended, load }
}
