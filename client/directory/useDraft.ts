import { computed, type Ref, ref, watch } from 'vue'
import { type RouteLocationRaw, useRoute, useRouter } from 'vue-router'
import type { MessageKey } from '../i18n/keys.ts'
import { useText } from '../i18n/useText.ts'
import { api } from '../lib/api.ts'
import { useAction } from '../lib/useAction.ts'
import { useToasts } from '../ui/toast.store.ts'
import { useUnsaved } from '../ui/useUnsaved.ts'
import type { List } from './list.ts'
import { itemsOf, useLists } from './useLists.ts'

/** One thing of a list of the directory on a page of its own: new, or the one that the address names. */
interface DraftOptions<Input> {
  /** The parameter of the address with its id; without one, the page makes a new one. */
  param: string
  /** What the page needs before it can show anything, its own list first. */
  lists: Parameters<typeof useLists>
  list: Pick<List<unknown>, 'reload'> & { state: List<Input & { id: string }>['state']['value'] }
  /** Where the API has it. */
  path: string
  blank: () => Input
  /** What is said when a new one was made. */
  created?: MessageKey
  /** Where saving and deleting lead; `saved` is null after deleting. */
  next: (saved: { id: string } | null) => RouteLocationRaw
}

/** A draft of it, with saving and deleting. */
export function useDraft<Input extends object>({
  param,
  lists,
  list,
  path,
  blank,
  created,
  next,
}: DraftOptions<Input>) {
  const { t } = useText()
  const route = useRoute()
  const router = useRouter()
  const toasts = useToasts()
  const { state, reload } = useLists(...lists)
  const { busy, error, issue, act } = useAction()
  const id = computed(() => {
    const named = route.params[param]
    return typeof named === 'string' ? named : null
  })
  const draft = ref(null) as Ref<Input | null>
  watch(
    state,
    () => {
      if (state.value.is !== 'ready' || draft.value) return
      const known = itemsOf(list.state).find((one) => one.id === id.value)
      const { id: _, ...input }: Partial<{ id: string }> & Input = known ?? blank()
      draft.value = structuredClone(input) as unknown as Input
    },
    { immediate: true },
  )
  const { settled } = useUnsaved(() => draft.value)
  const save = () =>
    act(async () => {
      const saved = await (id.value
        ? api.put<{ id: string }>(`${path}/${id.value}`, draft.value)
        : api.post<{ id: string }>(path, draft.value))
      await list.reload()
      toasts.say(t(id.value ? 'ui.saved' : (created ?? 'ui.saved')))
      settled()
      await router.push(next(saved))
    })
  async function remove() {
    await api.delete(`${path}/${id.value}`)
    await list.reload()
    settled()
    await router.push(next(null))
  }
  return { id, draft, state, reload, busy, error, issue, save, remove }
}
