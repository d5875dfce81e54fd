import type { Value } from '../bson/value.ts'

/** Whether a value is as a schema says. */
export type Check = (v: Value) => boolean

/** What a keyword needs besides its argument: the whole schema, for keywords that belong together, and how to parse one. */
export interface Around {
  readonly schema: ReadonlyMap<string, Value>
  readonly parse: (schema: Value) => Check
}

/** Makes the check of one keyword from its argument. Throws 2, 9 and 14. */
export type Keyword = (v: Value, around: Around) => Check
