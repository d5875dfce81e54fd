import { CommandError } from '../errors.ts'

let untilMs = Number.POSITIVE_INFINITY

/** Sets when the command that runs now must be done, in milliseconds from now; 0 is no limit. */
export const setDeadline = (maxTimeMs: number): void => {
  untilMs = maxTimeMs > 0 ? performance.now() + maxTimeMs : Number.POSITIVE_INFINITY
}

/** Throws 50 when the command's time is over. Scans ask before each chunk they read. */
export const checkDeadline = (): void => {
  if (performance.now() > untilMs) throw new CommandError(50, 'operation exceeded time limit')
}
