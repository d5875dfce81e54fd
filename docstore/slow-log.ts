import { STRING } from './bson/types.ts'
import { Fields, stringOf } from './bson/value.ts'
import type { Metrics } from './metrics.ts'
import { planText, type Work } from './plan/work.ts'
import type { Request } from './wire.ts'

/** Lines a second at most; the rest is counted. */
const MAX_LINES = 20

/** One command that took long: names and figures, never a value of a filter or a document. */
export interface SlowCommand {
  readonly command: string
  readonly ns: string
  readonly plan?: string
  readonly docsExamined: number
  readonly ms: number
  /** of these, waiting for the commit and the disk */
  readonly waitedMs: number
  /** lines left out since the last one, because there were too many */
  readonly leftOut?: number
}

const rounded = (ms: number): number => Math.round(ms * 10) / 10

const named = (request: Request): { command: string; ns: string } => {
  const fields = new Fields(request.body.buf, request.body.start)
  let command = ''
  let target = ''
  let db = ''
  while (fields.next()) {
    if (command === '') {
      command = fields.name
      if (fields.type === STRING) target = `.${stringOf(fields.value)}`
    } else if (fields.type === STRING && (fields.name === '$db' || fields.name === 'collection')) {
      if (fields.name === '$db') db = stringOf(fields.value)
      else target = `.${stringOf(fields.value)}`
    }
  }
  return { command, ns: `${db}${target}` }
}

/** Tells the operator which commands were slow. */
export class SlowLog {
  private readonly slowMs: number
  private readonly write: (line: SlowCommand) => void
  private readonly metrics: Metrics
  private second = 0
  private lines = 0
  private leftOut = 0

  constructor(slowMs: number, metrics: Metrics, write: (line: SlowCommand) => void) {
    this.slowMs = slowMs
    this.metrics = metrics
    this.write = write
  }

  /** Writes a line if the command was slow. `ranAtMs` and `toldAtMs` are when it had run and when it could be answered. */
  note(request: Request, work: Work, at: { begunMs: number; ranMs: number; toldMs: number }): void {
    const ms = at.toldMs - at.begunMs
    if (ms < this.slowMs) return
    this.metrics.slow++
    const second = Math.floor(at.toldMs / 1000)
    if (second !== this.second) {
      this.second = second
      this.lines = 0
    }
    if (++this.lines > MAX_LINES) {
      this.leftOut++
      return
    }
    const { docs, plan } = work
    const line = { ...named(request), ...(plan ? { plan: planText(plan) } : {}), docsExamined: docs }
    const left = this.leftOut ? { leftOut: this.leftOut } : {}
    this.leftOut = 0
    this.write({ ...line, ms: rounded(ms), waitedMs: rounded(at.toldMs - at.ranMs), ...left })
  }
}
