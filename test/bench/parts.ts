import { docstore } from './parts/docstore.ts'
import { fanout, sockets } from './parts/fanout.ts'
import { latency } from './parts/latency.ts'
import { overload } from './parts/overload.ts'
import { queue } from './parts/queue.ts'
import { read } from './parts/read.ts'
import { rebuild } from './parts/rebuild.ts'
import { batch, single } from './parts/throughput.ts'
import { write } from './parts/write.ts'
import type { Part } from './support/bench.ts'

/** Parts by name, in the order in which they run. */
const line = { latency, single, batch, overload, sockets, fanout, write, queue, rebuild, read }
export const parts: Record<string, Part> = { ...line, docstore }
export const partNames = Object.keys(parts)
/** What runs when none is named: all that the product is held to. */
export const usualParts = Object.keys(line)
