import type { Value } from '../bson/value.ts'
import type { Path } from '../keys/path.ts'

/** A question about one value at the end of a path; `undefined` is asked when the path leads nowhere. */
export interface Test {
  readonly kind: 'eq' | 'in' | 'range' | 'exists' | 'other'
  /** ask each element of an array as well as the array */
  readonly spread: boolean
  readonly ask: (v: Value | undefined) => boolean
  /** eq: the constant's key; range: the bound's key */
  readonly key?: Buffer
  /** in: the constants' keys */
  readonly keys?: readonly Buffer[]
  readonly operator?: '$gt' | '$gte' | '$lt' | '$lte'
  /** the constant's or the bound's type byte */
  readonly type?: number
  /** an index over this field can answer with these keys alone, if no array is involved */
  readonly exact?: boolean
  /** text that starts so: the beginning of the keys of all such text */
  readonly prefix?: Buffer
  /** $type: the types asked for */
  readonly types?: ReadonlySet<number>
  /** $elemMatch: asks one element */
  readonly element?: (item: Value) => boolean
  /** eq: the constant, from which an upsert starts; range: the bound */
  readonly value?: Value
  /** in: the constants */
  readonly values?: readonly Value[]
  /** the constant is or holds text: an index with another collation has nothing to say */
  readonly text?: boolean
}

/** A parsed filter. */
export type Node =
  | { readonly kind: 'and' | 'or' | 'nor'; readonly parts: readonly Node[] }
  | { readonly kind: 'field'; readonly path: Path; readonly test: Test }
  | { readonly kind: 'not'; readonly part: Node }
  | {
      readonly kind: 'call'
      readonly ask: (doc: Value) => boolean
      /** conditions that hold wherever this one does, for the choice of an index */
      readonly also?: () => readonly Node[]
    }

/** Matches everything. */
export const EVERYTHING: Node = { kind: 'and', parts: [] }
