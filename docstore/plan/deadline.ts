import { CommandError } from '../errors.ts'

let untilMs = Number.POSITIVE_INFINITY

/** Sets when the command that runs now must be done, in milliseconds from now; 0 is no limit. */
export const setDeadline = (maxTimeMs: number): void => {
  untilMs = maxTimeMs > 0 ? performance.now() + maxTimeMs : Number.POSITIVE_INFINITY
}

/** Milliseconds that the command still has; less than 0 when its time is over, Infinity without a limit. */
export const timeLeftMs = (): number => untilMs - performance.now()

/** Throws 50 when the command's time is over. Scans ask before each chunk they read. */
export const checkDeadline = (): void => {
  if (performance.now() > untilMs) throw new CommandError(50, 'operation exceeded time limit')
}

/** Goes on with what an earlier command left of its time. Throws 50 when that is nothing. */
export const resumeDeadline = (leftMs: number): void => {
  untilMs = performance.now() + leftMs
  checkDeadline()
}
