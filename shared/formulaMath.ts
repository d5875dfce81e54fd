import type { AttributeValue } from './activity.ts'

/** Reads a variable (`calls`, `value_minor`, `attributes.segment`) at run time; `null` when it has no value. */
export type ReadVariable = (name: string) => AttributeValue | null

/** One node as a function; `null` is "no value" and spreads through arithmetic. */
export type Eval = (read: ReadVariable) => AttributeValue | null

/** Operators on two numbers. */
export const arithmetic: Record<string, (a: number, b: number) => number> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
}

/** Comparisons of two numbers. */
export const comparisons: Record<string, (a: number, b: number) => boolean> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
}

/** Functions that a formula may call, and how many values each takes. */
export const functions = new Map<string, { arity: [number, number]; run: (args: number[]) => number }>([
  ['min', { arity: [1, 8], run: (args) => Math.min(...args) }],
  ['max', { arity: [1, 8], run: (args) => Math.max(...args) }],
  ['abs', { arity: [1, 1], run: ([x = 0]) => Math.abs(x) }],
  ['floor', { arity: [1, 1], run: ([x = 0]) => Math.floor(x) }],
  ['ceil', { arity: [1, 1], run: ([x = 0]) => Math.ceil(x) }],
  ['round', { arity: [1, 2], run: ([x = 0, digits = 0]) => roundTo(x, digits) }],
])

/** Applies an operator; no value where an operand has none or the outcome is not a finite number. */
export function calculate(apply: (a: number, b: number) => number, a: unknown, b: unknown): number | null {
  return typeof a === 'number' && typeof b === 'number' ? finite(apply(a, b)) : null
}

/** Compares two numbers; no value where one has none. */
export function compare(apply: (a: number, b: number) => boolean, a: unknown, b: unknown): boolean | null {
  return typeof a === 'number' && typeof b === 'number' ? apply(a, b) : null
}

/** Not. */
export function negate(value: unknown): boolean | null {
  return typeof value === 'boolean' ? !value : null
}

/** And (`decisive` false) and or (`decisive` true): a decisive side decides, whatever the other one is. */
export function junction(decisive: boolean, left: unknown, right: () => unknown): boolean | null {
  if (left === decisive) return decisive
  const other = right()
  if (other === decisive) return decisive
  return typeof left === 'boolean' && typeof other === 'boolean' ? !decisive : null
}

/** A finite number, else no value; −0 becomes 0. */
export function finite(value: AttributeValue | null): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value + 0 : null
}

/** Rounds half away from zero to 0–6 decimal digits. */
function roundTo(value: number, digits: number): number {
  const scale = 10 ** Math.min(6, Math.max(0, Math.trunc(digits)))
  return (Math.sign(value) * Math.round(Math.abs(value) * scale)) / scale
}
