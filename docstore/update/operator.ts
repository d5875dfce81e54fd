import type { Value } from '../bson/value.ts'
import type { Variables } from '../filter/whole.ts'
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
export type Prepared = (old: Tree | undefined, spot: Spot) => Tree | undefined

/** Checks an operator's argument, before any document is looked at, and makes it ready to be applied. */
export type Prepare = (arg: Value, path: string, variables: Variables) => Prepared
