import { computed } from 'vue'
import { useText } from '../i18n/useText.ts'
import { useDirectory } from './directory.store.ts'
import { itemsOf } from './useLists.ts'

/** Metrics to choose from: those in use, and the one that is chosen already. */
export function useMetricOptions(chosen: () => string) {
  const { name } = useText()
  const directory = useDirectory()
  return computed(() =>
    itemsOf(directory.metrics.state)
      .filter((metric) => metric.active || metric.id === chosen())
      .map((metric) => ({ value: metric.id, label: name(metric.name) })),
  )
}
