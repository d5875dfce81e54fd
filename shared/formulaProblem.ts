/** `code` is stable, `message` a sentence, `range` the characters [start, end) of the source to mark. */
export interface FormulaError {
  ok: false
  code: 'formula.too-long' | 'formula.syntax' | 'formula.unknown-variable' | 'formula.not-allowed' | 'formula.type'
  message: string
  range: { start: number; end: number }
}

/** Why an expression is refused; becomes a FormulaError. */
export class FormulaProblem extends Error {
  readonly code: FormulaError['code']
  readonly range: { start: number; end: number }
  constructor(code: FormulaError['code'], message: string, { start, end }: { start: number; end: number }) {
    super(message)
    this.code = code
    this.range = { start, end }
  }
}
