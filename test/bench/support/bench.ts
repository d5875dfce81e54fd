import type { ProductLine } from '../product/line.ts'
import type { PartResult } from './figure.ts'
import type { RunningLine } from './line.ts'

/** What a part works with; lines are started when the first part asks for them. */
export interface Bench {
  quick: boolean
  skeleton(): Promise<RunningLine>
  product(): Promise<ProductLine>
  /** Says what is going on. */
  note(text: string): void
}

export type Part = (bench: Bench) => Promise<PartResult>
