import { Query } from 'mingo/query'
import { mingoOptions, runMingo } from '../aggregate/mingo.ts'
import { toJs, valueToJs } from '../bson/js.ts'
import type { Value } from '../bson/value.ts'
import type { Node } from './node.ts'

/** Values of `let`, by name without the dollars. */
export type Variables = Readonly<Record<string, unknown>>

/** Conditions over the whole document, answered by mingo: $expr and $jsonSchema. */
export const wholeDocTest = (name: string, v: Value, variables: Variables): Node => {
  const query = runMingo(() => {
    const made = new Query({ [name]: valueToJs(v) }, mingoOptions(variables))
    // an expression with an unknown operator shows only when it is run
    made.test({})
    return made
  })
  return { kind: 'call', ask: (doc) => runMingo(() => query.test(toJs(doc))) }
}
