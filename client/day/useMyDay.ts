import { useDocumentVisibility, useIntervalFn, useThrottleFn } from '@vueuse/core'
import { watch } from 'vue'
import type { MyDay } from '#shared/contract/myDay.ts'
import { useOutbox } from '../activities/outbox.store.ts'
import { api } from '../lib/api.ts'
import { useNews } from '../lib/realtime.ts'
import { useLoad } from '../lib/useLoad.ts'
import { useSession } from '../session/session.store.ts'

const ownNewsMs = 1000
const othersMs = 30_000

/** My day, read again soon after something of mine became known, and twice a minute for what others do. */
export function useMyDay() {
  const session = useSession()
  const outbox = useOutbox()
  const loaded = useLoad((signal) => api.get<MyDay>('/my/day', { signal }))
  const soon = useThrottleFn(loaded.reload, ownNewsMs, true)
  useNews('feed:item', (item) => {
    if (item.type === 'contest' || item.personId === session.user?.personId) void soon()
  })
  useNews('definitions:changed', () => void soon())
  watch(
    () => outbox.sent,
    () => void soon(),
  )
  const visible = useDocumentVisibility()
  useIntervalFn(() => {
    if (visible.value === 'visible') void loaded.reload()
  }, othersMs)
  return loaded
}
