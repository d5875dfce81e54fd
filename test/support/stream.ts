import { setTimeout as sleep } from 'node:timers/promises'
import { caller } from './caller.ts'
import type { Tenant } from './house.ts'
import { call } from './sent.ts'

/** Calls that a source sends without a pause, one person after the other. */
export interface Stream {
  /** Calls that were answered with 202, by the name that boards show. */
  accepted: Record<string, number>
  /** How long the slowest answer took, in milliseconds. */
  slowestMs(): number
  /** Statuses other than 202; 0 for no answer. */
  refused: number[]
  /** Ends it when the last request has its answer. */
  stop(): Promise<void>
}

/** Begins to send calls of Ana, Ari, Bo and Cai, about twenty a second; what is refused is not sent again. */
export function startStream({ key, prefix }: Pick<Tenant, 'key' | 'prefix'>, url: string): Stream {
  const source = caller(url, { authorization: `Bearer ${key}` })
  const accepted: Record<string, number> = {}
  const refused: number[] = []
  let slowestMs = 0
  let ended = false
  const run = (async () => {
    for (let n = 0; !ended; n++) {
      const name = ['Ana', 'Ari', 'Bo', 'Cai'][n % 4] ?? ''
      const beganMs = performance.now()
      const sent = source.post('/activities', call(prefix + name.toLowerCase()))
      const { status } = await sent.catch(() => ({ status: 0 }))
      slowestMs = Math.max(slowestMs, performance.now() - beganMs)
      if (status === 202) accepted[prefix + name] = (accepted[prefix + name] ?? 0) + 1
      else refused.push(status)
      await sleep(40)
    }
  })()
  return {
    accepted,
    refused,
    slowestMs: () => slowestMs,
    stop() {
      ended = true
      return run
    },
  }
}
