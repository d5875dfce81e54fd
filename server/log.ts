import { type Logger, pino } from 'pino'

export type { Logger }

/** The log of a process: JSON lines on stderr, since stdout says when it is ready. */
export function createLog(name: string, level: string): Logger {
  return pino(
    { name, level, redact: ['password', 'token', 'cookie', 'authorization', '*.password', '*.token'] },
    pino.destination(2),
  )
}
