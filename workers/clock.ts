import type { Logger } from '#server/log.ts'

const everyMs = 1000

/**
 * Runs a round every second, and at once; a second after the one before has ended, so never two at a time. Any number of
 * processes may. What was due while everything was down is found by the first round: rounds look at stored times, not at
 * when they run. Answers how to stop.
 */
export function startClock(name: string, round: () => Promise<void>, log: Logger): { stop(): Promise<void> } {
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  let running: Promise<void> = Promise.resolve()
  const next = (afterMs: number) => {
    timer = setTimeout(() => {
      running = round()
        .catch((error: Error) => log.warn({ clock: name, error: error.message }, 'a round failed; it is tried again'))
        .finally(() => stopped || next(everyMs))
    }, afterMs)
  }
  next(0)
  return {
    async stop() {
      stopped = true
      clearTimeout(timer)
      await running
    },
  }
}
