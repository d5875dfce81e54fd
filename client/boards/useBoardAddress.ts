import { computed } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { boardWindowSchema, windowSizes } from '#shared/contract/boardView.ts'
import { useSession } from '../session/session.store.ts'

type Size = (typeof windowSizes)[number]

/** Which part of a board the address asks for, so that it can be shared; `around=me` is whoever opens it. */
export function useBoardAddress() {
  const route = useRoute()
  const router = useRouter()
  const session = useSession()
  const me = computed(() => session.user?.personId ?? null)
  const top = computed<Size>(() => windowSizes.find((size) => String(size) === route.query.top) ?? 25)
  const aroundMe = computed(() => route.query.around === 'me' && me.value !== null)
  const period = computed(() => {
    const parsed = boardWindowSchema.shape.period.safeParse(route.query.period)
    return parsed.success ? parsed.data : undefined
  })
  function go(change: { top?: Size; aroundMe?: boolean; period?: string | undefined }) {
    const next = { top: top.value, aroundMe: aroundMe.value, period: period.value, ...change }
    const query: Record<string, string> = {}
    if (next.top !== 25) query.top = String(next.top)
    if (next.aroundMe) query.around = 'me'
    if (next.period) query.period = next.period
    return router.replace({ query })
  }
  return { boardId: computed(() => String(route.params.boardId)), top, aroundMe, period, me, go }
}
