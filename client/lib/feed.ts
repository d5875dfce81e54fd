import { type Ref, shallowRef, watch } from 'vue'
import type { FeedItem } from '#shared/contract/feed.ts'
import { api } from './api.ts'
import { useNews, useRealtime } from './realtime.ts'
import { type Loaded, useLoad } from './useLoad.ts'

const mostItems = 200

type News = (items: readonly FeedItem[]) => FeedItem[]

/** What happened, newest first, growing by itself; read again after every gap, since news in it may be lost. */
export function useFeed(limit = 30): { state: Readonly<Ref<Loaded<FeedItem[]>>>; reload: () => Promise<void> } {
  // The answer to a read that is under way may be from before what is told meanwhile.
  let meanwhile: News[] = []
  const { state: read, reload } = useLoad(async (signal) => {
    meanwhile = []
    const { items } = await api.get<{ items: FeedItem[] }>('/feed', { query: { limit }, signal })
    return meanwhile.reduce((all, news) => news(all), items)
  })
  const state = shallowRef<Loaded<FeedItem[]>>(read.value)
  watch(read, (next) => {
    state.value = next
  })
  function hear(news: News) {
    meanwhile = [...meanwhile, news].slice(-mostItems)
    if (state.value.is === 'ready') state.value = { is: 'ready', value: news(state.value.value) }
  }
  useNews('feed:item', (item) =>
    hear((items) => (items.some(({ id }) => id === item.id) ? [...items] : [item, ...items].slice(0, mostItems))),
  )
  useNews('feed:corrected', ({ id, item }) =>
    hear((items) => items.flatMap((known) => (known.id === id ? (item ?? []) : known))),
  )
  const link = useRealtime().state
  watch(
    () => link.value.is === 'live',
    (live, before) => void (live && before === false && reload()),
  )
  return { state, reload }
}
