import type { ASTNode } from '@marcbachmann/cel-js'
import {
  arithmetic,
  calculate,
  compare,
  comparisons,
  type Eval,
  finite,
  functions,
  junction,
  negate,
} from './formulaMath.ts'
import { FormulaProblem } from './formulaProblem.ts'

/** `any` is an attribute, whose type shows only at run time. */
type NodeType = 'number' | 'yes-no' | 'text' | 'any'

export interface Node {
  type: NodeType
  run: Eval
}

/** What an expression may read, and what it did read. */
export interface Names {
  variables: ReadonlySet<string>
  attributes: boolean
  uses: Set<string>
}

const attributeName = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/

/** Compiles a node of the parsed expression and all below it; throws FormulaProblem at what is not allowed. */
export function buildNode(ast: ASTNode, names: Names): Node {
  switch (ast.op) {
    case 'value':
      return literal(ast.args, ast)
    case 'id':
      if (!names.variables.has(ast.args))
        throw new FormulaProblem('formula.unknown-variable', `There is no variable ${ast.args}`, ast)
      names.uses.add(ast.args)
      return { type: 'number', run: (read) => finite(read(ast.args)) }
    case '.':
    case '[]':
      return attribute(ast, names)
    case '-_': {
      const run = operand(ast.args, 'number', names)
      return { type: 'number', run: (read) => calculate((a) => 0 - a, run(read), 0) }
    }
    case '!_': {
      const run = operand(ast.args, 'yes-no', names)
      return { type: 'yes-no', run: (read) => negate(run(read)) }
    }
    case '+':
    case '-':
    case '*':
    case '/':
    case '%': {
      const [left, right] = ast.args.map((side) => operand(side, 'number', names)) as [Eval, Eval]
      const apply = arithmetic[ast.op] as (a: number, b: number) => number
      return { type: 'number', run: (read) => calculate(apply, left(read), right(read)) }
    }
    case '<':
    case '<=':
    case '>':
    case '>=': {
      const [left, right] = ast.args.map((side) => operand(side, 'number', names)) as [Eval, Eval]
      const apply = comparisons[ast.op] as (a: number, b: number) => boolean
      return { type: 'yes-no', run: (read) => compare(apply, left(read), right(read)) }
    }
    case '==':
    case '!=': {
      const [left, right] = ast.args.map((side) => buildNode(side, names)) as [Node, Node]
      if (left.type !== right.type && left.type !== 'any' && right.type !== 'any')
        throw new FormulaProblem('formula.type', `A ${left.type} is never equal to a ${right.type}`, ast)
      const same = ast.op === '=='
      return { type: 'yes-no', run: (read) => (left.run(read) === right.run(read)) === same }
    }
    case '&&':
    case '||': {
      const [left, right] = ast.args.map((side) => operand(side, 'yes-no', names)) as [Eval, Eval]
      const decisive = ast.op === '||'
      return { type: 'yes-no', run: (read) => junction(decisive, left(read), () => right(read)) }
    }
    case '?:':
      return choice(ast.args, ast, names)
    case 'call':
      return ast.args[0] === 'when' && ast.args[1].length === 3
        ? choice(ast.args[1] as [ASTNode, ASTNode, ASTNode], ast, names)
        : call(ast.args[0], ast.args[1], ast, names)
    default:
      throw new FormulaProblem('formula.not-allowed', 'Methods, lists and macros cannot be used in a formula', ast)
  }
}

function literal(value: unknown, at: ASTNode): Node {
  if (typeof value === 'bigint' && Number.isSafeInteger(Number(value))) {
    const number = Number(value)
    return { type: 'number', run: () => number }
  }
  if (typeof value === 'number') return { type: 'number', run: () => value }
  if (typeof value === 'boolean') return { type: 'yes-no', run: () => value }
  if (typeof value === 'string') return { type: 'text', run: () => value }
  throw new FormulaProblem('formula.not-allowed', 'Only numbers, texts, true and false can be written here', at)
}

function attribute(ast: Extract<ASTNode, { op: '.' | '[]' }>, names: Names): Node {
  const [of, key] = ast.args
  const name = typeof key === 'string' ? key : key.op === 'value' ? key.args : null
  if (!names.attributes || of.op !== 'id' || of.args !== 'attributes' || typeof name !== 'string')
    throw new FormulaProblem('formula.not-allowed', 'Only attributes.NAME can be read this way', ast)
  if (!attributeName.test(name))
    throw new FormulaProblem('formula.unknown-variable', 'An attribute is named with letters, digits, _ and -', ast)
  const path = `attributes.${name}`
  names.uses.add(path)
  return { type: 'any', run: (read) => read(path) }
}

function operand(ast: ASTNode, type: 'number' | 'yes-no', names: Names): Eval {
  const node = buildNode(ast, names)
  if (node.type !== type && node.type !== 'any')
    throw new FormulaProblem('formula.type', `A ${type} is needed here, not a ${node.type}`, ast)
  return node.run
}

function choice(args: [ASTNode, ASTNode, ASTNode], at: ASTNode, names: Names): Node {
  const condition = operand(args[0], 'yes-no', names)
  const yes = buildNode(args[1], names)
  const no = buildNode(args[2], names)
  if (yes.type !== no.type && yes.type !== 'any' && no.type !== 'any')
    throw new FormulaProblem(
      'formula.type',
      `Both outcomes must be of one kind, not a ${yes.type} and a ${no.type}`,
      at,
    )
  const run: Eval = (read) => {
    const answer = condition(read)
    return answer === true ? yes.run(read) : answer === false ? no.run(read) : null
  }
  return { type: yes.type === 'any' ? no.type : yes.type, run }
}

function call(name: string, args: readonly ASTNode[], at: ASTNode, names: Names): Node {
  const found = functions.get(name)
  if (!found) throw new FormulaProblem('formula.not-allowed', `There is no function ${name.slice(0, 40)}`, at)
  const [least, most] = found.arity
  if (args.length < least || args.length > most)
    throw new FormulaProblem(
      'formula.type',
      `${name} takes ${least === most ? least : `${least} to ${most}`} values`,
      at,
    )
  const operands = args.map((arg) => operand(arg, 'number', names))
  const run: Eval = (read) => {
    const values: number[] = []
    for (const operandRun of operands) {
      const value = operandRun(read)
      if (typeof value !== 'number') return null
      values.push(value)
    }
    return finite(found.run(values))
  }
  return { type: 'number', run }
}
