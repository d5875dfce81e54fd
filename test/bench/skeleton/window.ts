/** Flushes the first change at once and later ones at most every `everyMs`; never two flushes at a time. */
export function createWindow(everyMs: number, flush: () => Promise<void>): { changed(): void } {
  let flushedAtMs = -Infinity
  let pending = false
  let running = false
  const run = async () => {
    running = true
    flushedAtMs = performance.now()
    await flush()
    running = false
    if (pending) wait()
  }
  const wait = () => {
    const waitMs = Math.max(0, flushedAtMs + everyMs - performance.now())
    running = true
    setTimeout(() => {
      pending = false
      void run()
    }, waitMs)
  }
  return {
    changed() {
      if (running) pending = true
      else if (performance.now() - flushedAtMs >= everyMs) void run()
      else {
        pending = true
        wait()
      }
    },
  }
}
