import type { Log } from '../server.ts'

const line = (fields: object): void => {
  process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), ...fields })}\n`)
}

/** The log: one JSON object a line on stderr. */
export const log: Log = (message, detail) => {
  const error = detail instanceof Error ? detail.stack : detail
  line({ message, ...(error ? { error } : {}) })
}

/** A line of the slow-command log. */
export const logSlow = (command: object): void => line({ message: 'slow command', ...command })
