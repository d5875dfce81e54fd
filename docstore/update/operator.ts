import type { Value } from '../bson/value.ts'
import type { Tree } from './tree.ts'

/** What surrounds one application of an operator, for messages and the time. */
export interface Spot {
  readonly path: string
  readonly id: Value | undefined
  readonly nowMs: number
  /** the target's parent is an array */
  readonly inArray: boolean
}

/** Gives the new value of a field, `undefined` to remove it, or the same tree to leave it. */
export type Operator = (old: Tree | undefined, arg: Value, spot: Spot) => Tree | undefined
