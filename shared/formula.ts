import { Environment, ParseError } from '@marcbachmann/cel-js'
import type { Eval, ReadVariable } from './formulaMath.ts'
import { buildNode, type Names } from './formulaNodes.ts'
import { type FormulaError, FormulaProblem } from './formulaProblem.ts'

/** Longest expression, in characters. */
export const maxFormulaLength = 500

export interface Formula {
  ok: true
  /** The number, or `null` where there is none: a missing input, a division by zero, or beyond what a number holds. */
  run(read: ReadVariable): number | null
  /** Variables that it reads, in order of first use. */
  uses: string[]
}

const parser = new Environment({
  limits: { maxAstNodes: 200, maxDepth: 24, maxListElements: 0, maxMapEntries: 0, maxCallArguments: 8 },
})

/**
 * Compiles an expression of the Common Expression Language to a bounded function: the library only parses it, within
 * limits, and what is not on our own short list is refused (no methods, macros, lists, patterns). So work is at most one
 * step for each of 200 nodes. All numbers are doubles, hence `deals_won * 100 / proposals` just works.
 * Functions: min, max, round(x) and round(x, digits), abs, floor, ceil, when(condition, a, b). Never throws.
 * `variables` are the names it may read; with `attributes` also `attributes.NAME` and `attributes["NAME"]`.
 */
export function compileFormula(
  source: string,
  variables: Iterable<string>,
  options: { attributes?: boolean } = {},
): Formula | FormulaError {
  const whole = { start: 0, end: source.length }
  if (source.length > maxFormulaLength)
    return failure('formula.too-long', `A formula has at most ${maxFormulaLength} characters`, whole)
  const uses = new Set<string>()
  const names: Names = { variables: new Set(variables), attributes: options.attributes ?? false, uses }
  try {
    const root = buildNode(parser.parse(source).ast, names)
    if (root.type === 'yes-no' || root.type === 'text')
      return failure('formula.type', `A formula gives a number, this one gives a ${root.type}`, whole)
    return { ok: true, run: (read) => numberOrNull(root.run, read), uses: [...uses] }
  } catch (error) {
    if (error instanceof FormulaProblem) return failure(error.code, error.message, error.range)
    if (error instanceof ParseError)
      return failure('formula.syntax', error.message.split('\n')[0] ?? 'This cannot be read', error.range ?? whole)
    return failure('formula.syntax', 'This cannot be read as a formula', whole)
  }
}

/** Compiles the expression of a points award: over `value_minor` (of the organization's currency), `quantity` and attributes. */
export function compileAward(expression: string): Formula | FormulaError {
  return compileFormula(expression, ['value_minor', 'quantity'], { attributes: true })
}

function numberOrNull(run: Eval, read: ReadVariable): number | null {
  const value = run(read)
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}

function failure(code: FormulaError['code'], message: string, { start, end }: FormulaError['range']): FormulaError {
  return { ok: false, code, message, range: { start, end } }
}
