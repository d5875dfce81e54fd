import { docValue, type Value } from '../bson/value.ts'
import type { Collation } from '../collation/collation.ts'
import { CommandError } from '../errors.ts'
import type { Maybe } from './make.ts'

/** Where the variables of one running pipeline lie; 0 is the document at hand. */
export interface Frame {
  readonly slots: Maybe[]
}

/** What an expression may refer to. */
export interface Scope {
  readonly frame: Frame
  readonly names: ReadonlyMap<string, number>
  readonly collation: Collation | undefined
  readonly operators: ReadonlyMap<string, Operator>
  /** mistakes in constants show with the first document */
  readonly isUpdate?: boolean
}

/** A parsed expression. It reads the frame it was parsed with. */
export interface Expr {
  readonly ask: () => Maybe
  /** always the same: it refers to nothing */
  readonly fixed: boolean
}

/** Makes an expression of an operator's argument. */
export type Operator = (arg: Value, scope: Scope, name: string) => Expr

/** The slot of the document at hand. */
export const ROOT = 0

/** A scope that knows more names; each gets a slot of its own. */
export const withNames = (scope: Scope, more: readonly string[]): Scope => {
  const names = new Map(scope.names)
  for (const name of more) names.set(name, scope.frame.slots.push(undefined) - 1)
  return { ...scope, names }
}

/** The slot of a name. Throws 17276 for one that nothing defines. */
export const slotOf = ({ names }: Scope, name: string): number => {
  const slot = names.get(name)
  if (slot === undefined) throw new CommandError(17276, `Use of undefined variable: ${name}`)
  return slot
}

/** What an expression gives for a document. */
export const askOf = ({ frame }: Scope, expr: Expr, doc: Buffer): Maybe => {
  frame.slots[ROOT] = docValue(doc)
  return expr.ask()
}

/** The same with the document as a value. */
export const askValue = ({ frame }: Scope, expr: Expr, doc: Value): Maybe => {
  frame.slots[ROOT] = doc
  return expr.ask()
}
