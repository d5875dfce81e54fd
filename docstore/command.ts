import type { Args } from './args.ts'
import type { Engine } from './engine.ts'

/** What a command is called with. */
export interface Call {
  readonly engine: Engine
  readonly args: Args
  readonly db: string
  readonly connectionId: number
  /** what the handshake says this server can be reached at */
  readonly address: string
}

/** A command: its own fields, and its work. Every other field of a request is refused with 40415. */
export interface Command {
  readonly fields: ReadonlySet<string>
  /** changes data: retryable, and told only after it is on disk */
  readonly writes?: boolean
  /** may carry a write concern though it need not write */
  readonly concern?: boolean
  /** fields are checked by the command itself, or of no matter */
  readonly open?: boolean
  /** collections a write makes if they are not there, as database and name: a transaction has them made beforehand */
  readonly makes?: (args: Args, db: string) => readonly (readonly [string, string])[]
  readonly run: (call: Call) => Buffer
}

export const fields = (...names: string[]): ReadonlySet<string> => new Set(names)
