import { computed } from 'vue'
import { builtInKinds } from '#shared/activity.ts'
import { useDirectory } from '../directory/directory.store.ts'
import { itemsOf } from '../directory/useLists.ts'
import type { MessageKey } from '../i18n/keys.ts'
import { useText } from '../i18n/useText.ts'

type BuiltIn = (typeof builtInKinds)[number]
type Underscored<K extends string> = K extends `${infer A}.${infer B}` ? `${A}_${B}` : K

const isBuiltIn = (kind: string): kind is BuiltIn => (builtInKinds as readonly string[]).includes(kind)

/** Names of kinds: ours in the reader's language, an organization's own as it is written. */
export function useKindName() {
  const { t } = useText()
  return (kind: string): string => {
    if (!isBuiltIn(kind)) return kind
    return t(`kind.${kind.replace('.', '_') as Underscored<BuiltIn>}` satisfies MessageKey)
  }
}

/** All kinds that this organization knows: ours, and those that its metrics and rules are about. */
export function useKinds() {
  const directory = useDirectory()
  void directory.metrics.load()
  return computed(() => {
    const own = itemsOf(directory.metrics.state).flatMap(({ source }) =>
      source.type === 'activity' ? source.selection.kinds : [],
    )
    return [...new Set([...builtInKinds, ...own])]
  })
}

/** Kinds whose amount is what matters. */
export function hasAmount(kind: string): boolean {
  return ['deal.won', 'payment.collected', 'proposal.sent', 'quote.sent'].includes(kind)
}
