/** Runs passes over activities, one at a time for each organization. */
export interface Scorer {
  /** Resolves when a pass that began after this call has taken the activities down the line. */
  submit(org: string, keys: readonly string[]): Promise<void>
}

interface Waiting {
  keys: Set<string>
  settled: Promise<void>
}

/**
 * Gathers what arrives while a pass is running into the next one: under load many small jobs become few passes, and two
 * passes of one process never write the same tallies at once. A pass takes at most `maxKeys`, or one submission.
 */
export function createScorer(pass: (org: string, keys: string[]) => Promise<void>, maxKeys = 400): Scorer {
  const running = new Map<string, Promise<void>>()
  const waiting = new Map<string, Waiting>()

  function start(org: string): Waiting {
    const keys = new Set<string>()
    const before = running.get(org) ?? Promise.resolve()
    const settled = before
      .catch(() => undefined)
      .then(() => {
        if (waiting.get(org)?.keys === keys) waiting.delete(org)
        return pass(org, [...keys])
      })
    running.set(org, settled)
    settled
      .catch(() => undefined)
      .then(() => {
        if (running.get(org) === settled) running.delete(org)
      })
    const batch = { keys, settled }
    waiting.set(org, batch)
    return batch
  }

  return {
    submit(org, keys) {
      const open = waiting.get(org)
      const batch = open && open.keys.size + keys.length <= maxKeys ? open : start(org)
      for (const key of keys) batch.keys.add(key)
      return batch.settled
    },
  }
}
