import { setTimeout as sleep } from 'node:timers/promises'
import { caller } from './caller.ts'
import type { Tenant } from './house.ts'
import { call } from './sent.ts'

/** Calls that a source sends one after the other; one that is refused is sent again until it is taken, as sources do. */
export interface Stream {
  /** Calls that were answered with 202, by the name that boards show. */
  accepted: Record<string, number>
  /** How long the slowest answer took, in milliseconds. */
  slowestMs(): number
  /** Statuses other than 202; 0 for no answer. */
  refused: number[]
  /** Ends it when the call under way has been taken. */
  stop(): Promise<void>
}

/** Begins to send calls of Ana, Ari, Bo and Cai, about twenty a second. */
export function startStream({ key, prefix }: Pick<Tenant, 'key' | 'prefix'>, url: string): Stream {
  const source = caller(url, { authorization: `Bearer ${key}` })
  const accepted: Record<string, number> = {}
  const refused: number[] = []
  let slowestMs = 0
  let ended = false
  async function sendUntilTaken(name: string): Promise<void> {
    const activity = call(prefix + name.toLowerCase())
    for (;;) {
      const beganMs = performance.now()
      const { status } = await source.post('/activities', activity).catch(() => ({ status: 0 }))
      slowestMs = Math.max(slowestMs, performance.now() - beganMs)
      await sleep(40)
      if (status === 202) break
      refused.push(status)
    }
    accepted[prefix + name] = (accepted[prefix + name] ?? 0) + 1
  }
  const run = (async () => {
    for (let n = 0; !ended; n++) await sendUntilTaken(['Ana', 'Ari', 'Bo', 'Cai'][n % 4] ?? '')
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
