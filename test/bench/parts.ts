import { latency } from './parts/latency.ts'
import { batch, single } from './parts/throughput.ts'
import type { Part } from './support/bench.ts'

/** Parts by name, in the order in which they run. */
export const parts: Record<string, Part> = { latency, single, batch }
export const partNames = Object.keys(parts)
