import { entriesOf, type Value } from '../bson/value.ts'
import { CommandError } from '../errors.ts'
import type { Maybe } from '../expression/make.ts'
import { newScope } from '../expression/new-scope.ts'
import { parseExpression } from '../expression/parse.ts'

const USES_DOCUMENT = /variable: (CURRENT|ROOT)$/

/** Computes the expressions of a `let`, once and without a document. Throws 4890500 when one wants a field. */
export const evaluateLet = (given: Value, nowMs: number): Record<string, Maybe> => {
  const scope = newScope({}, undefined, nowMs)
  const names = new Map(scope.names)
  names.delete('ROOT')
  names.delete('CURRENT')
  const out: Record<string, Maybe> = {}
  for (const [name, v] of entriesOf(given)) {
    if (!/^[a-z\u0080-\uffff][\w\u0080-\uffff]*$/.test(name))
      throw new CommandError(9, `'${name}' starts with an invalid character for a user variable name`)
    try {
      out[name] = parseExpression(v, { ...scope, names }).ask()
    } catch (error) {
      if (error instanceof CommandError && error.code === 17276 && USES_DOCUMENT.test(error.message))
        throw new CommandError(
          4890500,
          'Command let Expression tried to access a field, but this is not allowed because command let expressions run before the query examines any documents.',
        )
      throw error
    }
  }
  return out
}
