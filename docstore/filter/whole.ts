import * as T from '../bson/types.ts'
import { entriesOf, itemsOf, stringOf, type Value } from '../bson/value.ts'
import type { Collation } from '../collation/collation.ts'
import { CommandError } from '../errors.ts'
import type { Maybe } from '../expression/make.ts'
import { newScope } from '../expression/new-scope.ts'
import { isNullish, isTrue } from '../expression/operator.ts'
import { parseExpression } from '../expression/parse.ts'
import { askValue, type Expr, type Scope } from '../expression/scope.ts'
import { parseSchema } from '../json-schema/schema.ts'
import { pathOf } from '../keys/path.ts'
import type { Node } from './node.ts'
import { eqTest } from './tests.ts'

/** What expressions and comparisons of a command refer to. */
export interface Variables {
  /** values of `let`, by name without the dollars */
  readonly values?: Readonly<Record<string, Maybe>>
  /** how texts compare; byte by byte without it */
  readonly collation?: Collation | undefined
  /** the scope of the pipeline a filter stands in */
  readonly scope?: Scope
  readonly nowMs?: number
  /** $expr may not stand in the filter */
  readonly noExpr?: boolean
}

/** The scope in which expressions of a command are parsed. */
export const scopeOf = ({ scope, values, collation, nowMs }: Variables): Scope =>
  scope ?? newScope(values ?? {}, collation, nowMs ?? Date.now())

const OF_THE_DOCUMENT = /^\$\$(ROOT|CURRENT)\b/

const textOf = (v: Value | undefined): string => (v?.type === T.STRING ? stringOf(v) : '')

const isField = (v: Value | undefined): boolean => /^\$[^$]/.test(textOf(v))

/** Whether a side of a comparison is the same for every document: a value or a variable. */
const isOutside = (v: Value | undefined): boolean =>
  v !== undefined &&
  (v.type === T.STRING ? !isField(v) && !OF_THE_DOCUMENT.test(textOf(v)) : v.type !== T.OBJECT && v.type !== T.ARRAY)

const equality = (path: Value, other: Value, scope: Scope): (() => Node | undefined) => {
  const expr = parseExpression(other, scope)
  const field = pathOf(textOf(path).slice(1))
  return () => {
    const v = expr.ask()
    if (isNullish(v) || v.type === T.ARRAY || v.type === T.REGEX) return undefined
    return { kind: 'field', path: field, test: eqTest(v, scope.collation) }
  }
}

/** Equalities that must hold when an expression does; an index may answer them, the expression is asked all the same. */
const equalitiesIn = (v: Value, scope: Scope): (() => Node | undefined)[] => {
  const [first, another] = v.type === T.OBJECT ? entriesOf(v) : []
  if (!first || another || first[1].type !== T.ARRAY) return []
  const items = itemsOf(first[1])
  if (first[0] === '$and') return items.flatMap((item) => equalitiesIn(item, scope))
  const [a, b] = items
  if (first[0] !== '$eq' || !a || !b) return []
  if (isField(a) && isOutside(b)) return [equality(a, b, scope)]
  return isField(b) && isOutside(a) ? [equality(b, a, scope)] : []
}

const expressionTest = (v: Value, variables: Variables): Node => {
  const scope = scopeOf(variables)
  const expr: Expr = parseExpression(v, scope)
  const equalities = equalitiesIn(v, scope)
  return {
    kind: 'call',
    ask: (doc) => isTrue(askValue(scope, expr, doc)),
    also: () => equalities.map((make) => make()).filter((node) => node !== undefined),
  }
}

const schemaTest = (v: Value): Node => ({ kind: 'call', ask: parseSchema(v) })

/** Conditions over the whole document: $expr and $jsonSchema. Throws 224 for an $expr that may not be here. */
export const wholeDocTest = (name: string, v: Value, variables: Variables): Node => {
  if (name !== '$expr') return schemaTest(v)
  if (variables.noExpr) throw new CommandError(224, '$expr is not allowed in this context')
  return expressionTest(v, variables)
}
