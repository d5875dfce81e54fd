import * as T from '../bson/types.ts'
import { bytesOf, docValue, entriesOf, itemsOf, stringOf, type Value } from '../bson/value.ts'
import { CommandError } from '../errors.ts'
import { type Maybe, NULL_VALUE, object } from '../expression/make.ts'
import { isNullish, typeOf } from '../expression/operator.ts'
import { parseExpression } from '../expression/parse.ts'
import { pathNames, valueAt } from '../expression/path.ts'
import { type Expr, ROOT, type Scope } from '../expression/scope.ts'
import { parseSort } from '../plan/sort.ts'
import type { SortField } from '../plan/sort-field.ts'
import type { Context, Stage } from './context.ts'
import { fillGaps } from './gaps.ts'
import { setAt } from './list-stages.ts'
import { partitioned } from './partition.ts'
import { type Partition, parseWindowFunction } from './window-functions.ts'

const options = (v: Value, stage: string, known: readonly string[]): Map<string, Value> => {
  if (v.type !== T.OBJECT)
    throw new CommandError(9, `the ${stage} stage specification must be an object, found ${typeOf(v)}`)
  const given = new Map(entriesOf(v))
  for (const key of given.keys())
    if (!known.includes(key)) throw new CommandError(40415, `BSON field '${stage}.${key}' is an unknown field.`)
  return given
}

const sortOf = (v: Value | undefined, stage: string): SortField[] => {
  if (v && v.type !== T.OBJECT)
    throw new CommandError(14, `BSON field '${stage}.sortBy' is the wrong type '${typeOf(v)}', expected type 'object'`)
  return v ? parseSort(v) : []
}

const partitionOf = (docs: readonly Value[], sort: readonly SortField[], scope: Scope): Partition => {
  let keys: Maybe[] | undefined
  return {
    docs,
    sort,
    scope,
    keys: () => {
      keys ??= docs.map((doc) => valueAt(doc, (sort[0] as SortField).path.names))
      return keys
    },
  }
}

export const setWindowFields = (v: Value, { scope }: Context): Stage => {
  const given = options(v, '$setWindowFields', ['partitionBy', 'sortBy', 'output'])
  const by = given.get('partitionBy')
  const part = by && parseExpression(by, scope)
  const sort = sortOf(given.get('sortBy'), '$setWindowFields')
  const output = given.get('output')
  if (!output) throw new CommandError(40414, "BSON field '$setWindowFields.output' is missing but a required field")
  if (output.type !== T.OBJECT)
    throw new CommandError(
      14,
      `BSON field '$setWindowFields.output' is the wrong type '${typeOf(output)}', expected type 'object'`,
    )
  const outputs = entriesOf(output).map(([name, spec]) => ({
    names: pathNames(name),
    work: parseWindowFunction(name, spec, sort, scope),
  }))
  return {
    name: '$setWindowFields',
    *run(rows) {
      for (const docs of partitioned(rows, part, { sort, scope, name: '$setWindowFields' })) {
        const partition = partitionOf(docs, sort, scope)
        const columns = outputs.map(({ work }) => work(partition))
        for (const [i, doc] of docs.entries()) {
          let made = doc
          outputs.forEach(({ names }, c) => {
            made = docValue(setAt(made, names, columns[c]?.[i]))
          })
          yield bytesOf(made)
        }
      }
    },
  }
}

interface FillOutput {
  readonly name: string
  readonly names: readonly string[]
  readonly method: string | undefined
  readonly value: Expr | undefined
}

const readFill = (name: string, v: Value, scope: Scope): FillOutput => {
  const [first, another] = v.type === T.OBJECT ? entriesOf(v) : []
  if (!first || another || !['value', 'method'].includes(first[0]))
    throw new CommandError(6050202, "Each field in $fill's output must specify exactly one of 'method' and 'value'")
  const names = pathNames(name)
  if (first[0] === 'value') return { name, names, method: undefined, value: parseExpression(first[1], scope) }
  const method = first[1].type === T.STRING ? stringOf(first[1]) : ''
  if (method !== 'locf' && method !== 'linear')
    throw new CommandError(6050202, "Method must be either 'locf' or 'linear'")
  return { name, names, method: method === 'locf' ? '$locf' : '$linearFill', value: undefined }
}

/** An expression that gives the values of several fields as one. */
export const fieldsExpr = (paths: readonly string[], scope: Scope): Expr => {
  const names = paths.map((path) => pathNames(path).map((name) => Buffer.from(name)))
  const { slots } = scope.frame
  const ask = (): Value => object(names.map((path, i) => [String(i), valueAt(slots[ROOT], path)] as const))
  return { ask, fixed: false }
}

/** A list of field names. */
export const namesIn = (v: Value, code: number, message: string): string[] =>
  (v.type === T.ARRAY ? itemsOf(v) : [v]).map((item) => {
    if (v.type !== T.ARRAY || item.type !== T.STRING) throw new CommandError(code, message)
    return stringOf(item)
  })

export const fill = (v: Value, { scope }: Context): Stage => {
  const given = options(v, '$fill', ['partitionBy', 'partitionByFields', 'sortBy', 'output'])
  const [by, fields, output] = ['partitionBy', 'partitionByFields', 'output'].map((key) => given.get(key))
  if (by && fields)
    throw new CommandError(6050204, "Maximum one of 'partitionBy' and 'partitionByFields can be specified in '$fill'")
  if (output?.type !== T.OBJECT)
    throw new CommandError(40414, "BSON field '$fill.output' is missing but a required field")
  const outputs = entriesOf(output).map(([name, spec]) => readFill(name, spec, scope))
  const sort = sortOf(given.get('sortBy'), '$fill')
  if (sort.length === 0 && outputs.some(({ method }) => method === '$linearFill'))
    throw new CommandError(
      605001,
      '$linearFill must be specified with a top level sortBy expression with exactly one element',
    )
  const byFields = fields && fieldsExpr(namesIn(fields, 14, 'partitionByFields must be a list of field names'), scope)
  const part = by ? parseExpression(by, scope) : byFields
  const work = (docs: readonly Value[]): Buffer[] => {
    const { keys } = partitionOf(docs, sort, scope)
    let made = [...docs]
    for (const { names, method, value } of outputs) {
      const path = names.map((name) => Buffer.from(name))
      const old = made.map((doc) => valueAt(doc, path))
      const next = method ? fillGaps(method, old, keys) : old
      made = made.map((doc, i) => {
        if (!isNullish(old[i])) return doc
        scope.frame.slots[ROOT] = docs[i]
        return docValue(setAt(doc, names, value ? value.ask() : (next[i] ?? NULL_VALUE)))
      })
    }
    return made.map(bytesOf)
  }
  return {
    name: '$fill',
    *run(rows) {
      if (!part && sort.length === 0 && outputs.every(({ value }) => value))
        for (const row of rows) yield* work([docValue(row)])
      else for (const docs of partitioned(rows, part, { sort, scope, name: '$fill' })) yield* work(docs)
    },
  }
}
