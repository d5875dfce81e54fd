import { Query } from 'mingo/query'
import { mingoOptions, runMingo } from '../aggregate/mingo.ts'
import { toJs, valueToJs } from '../bson/js.ts'
import type { Value } from '../bson/value.ts'
import type { Collation } from '../collation/collation.ts'
import type { Node } from './node.ts'

/** What expressions and comparisons of a command refer to. */
export interface Variables {
  /** values of `let`, by name without the dollars */
  readonly values?: Readonly<Record<string, unknown>>
  /** how texts compare; byte by byte without it */
  readonly collation?: Collation | undefined
}

/** Conditions over the whole document, answered by mingo: $expr and $jsonSchema. */
export const wholeDocTest = (name: string, v: Value, variables: Variables): Node => {
  const query = runMingo(() => {
    const made = new Query({ [name]: valueToJs(v) }, mingoOptions(variables.values))
    // an expression with an unknown operator shows only when it is run
    made.test({})
    return made
  })
  return { kind: 'call', ask: (doc) => runMingo(() => query.test(toJs(doc))) }
}
