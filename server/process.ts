/**
 * Resolves when the process is asked to stop: SIGTERM, SIGINT, or the end of the supervisor that started it (its pipe
 * or channel closes). A second signal ends the process at once.
 */
export function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false
    const stop = () => {
      if (asked) process.exit(1)
      asked = true
      resolve()
    }
    process.on('SIGTERM', stop)
    process.on('SIGINT', stop)
    process.on('disconnect', stop)
  })
}
