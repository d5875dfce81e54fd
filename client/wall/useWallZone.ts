import { computed, type Ref } from 'vue'
import { useSession } from '../session/session.store.ts'

/** The organization's zone; the machine's own while the server cannot be asked. */
export function useWallZone(): Readonly<Ref<string>> {
  const session = useSession()
  return computed(() => session.organization?.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone)
}
