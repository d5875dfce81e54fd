import type { Metric } from '#shared/metric.ts'
import { currencyDigits } from '../lib/format.ts'

/** By how much a metric's values are larger than what people write: money is kept in minor units. */
export function goalScale(metric: Pick<Metric, 'unit'> | undefined, currency: string): number {
  return metric?.unit === 'money' ? 10 ** currencyDigits(currency) : 1
}
