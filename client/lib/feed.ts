import { type Ref, shallowRef, watch } from 'vue'
import type { FeedItem } from '#shared/contract/feed.ts'
import { api } from './api.ts'
import { useNews, useRealtime } from './realtime.ts'
import { type Loaded, useLoad } from './useLoad.ts'

const mostItems = 200

/** What happened, newest first, growing by itself; read again after every gap, since news in it may be lost. */
export function useFeed(limit = 30): { state: Readonly<Ref<Loaded<FeedItem[]>>>; reload: () => Promise<void> } {
  const { state: read, reload } = useLoad((signal) =>
    api.get<{ items: FeedItem[] }>('/feed', { query: { limit }, signal }).then((answer) => answer.items),
  )
  const state = shallowRef<Loaded<FeedItem[]>>(read.value)
  watch(read, (next) => {
    state.value = next
  })
  useNews('feed:item', (item) => {
    if (state.value.is !== 'ready' || state.value.value.some((known) => known.id === item.id)) return
    state.value = { is: 'ready', value: [item, ...state.value.value].slice(0, mostItems) }
  })
  useNews('feed:corrected', ({ id, item }) => {
    if (state.value.is !== 'ready') return
    const value = state.value.value.flatMap((known) => (known.id === id ? (item ?? []) : known))
    state.value = { is: 'ready', value }
  })
  const link = useRealtime().state
  watch(
    () => link.value.is === 'live',
    (live, before) => void (live && before === false && reload()),
  )
  return { state, reload }
}
