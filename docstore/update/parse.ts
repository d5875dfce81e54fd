import * as T from '../bson/types.ts'
import { entriesOf, itemsOf, stringOf, type Value } from '../bson/value.ts'
import { badValue, CommandError, typeMismatch } from '../errors.ts'
import type { Node } from '../filter/node.ts'
import { parseFilter } from '../filter/parse.ts'
import type { Variables } from '../filter/whole.ts'
import { shellText } from '../store/shell-text.ts'
import type { Prepared } from './operator.ts'
import { OPERATORS } from './operators.ts'
import { isDynamic } from './touched.ts'

/** One change of one path. */
export interface Change {
  readonly name: string
  readonly path: string
  readonly parts: readonly string[]
  readonly run: Prepared
  /** $rename: where the value goes */
  readonly to?: string
}

export type ArrayFilters = ReadonlyMap<string, Node>

const failedToParse = (message: string): CommandError => new CommandError(9, message)

const checkPath = (path: string): string[] => {
  if (path === '') throw new CommandError(56, 'An empty update path is not valid.')
  const parts = path.split('.')
  for (const part of parts) {
    if (part === '')
      throw new CommandError(56, `The update path '${path}' contains an empty field name, which is not allowed.`)
  }
  const [first] = parts
  if (first === '$') throw badValue(`Cannot have positional (i.e. '$') element in the first position in path '${path}'`)
  if (first?.startsWith('$['))
    throw badValue(
      `Cannot have array filter identifier (i.e. '$[<id>]') element in the first position in path '${path}'`,
    )
  if (parts.filter((part) => part === '$').length > 1)
    throw badValue(`Too many positional (i.e. '$') elements found in path '${path}'`)
  return parts
}

const conflict = (path: string, at: string): CommandError =>
  new CommandError(40, `Updating the path '${path}' would create a conflict at '${at}'`)

const checkConflicts = (paths: readonly string[]): void => {
  const seen = new Set<string>()
  const inner = new Set<string>()
  for (const path of paths) {
    if (seen.has(path) || inner.has(path)) throw conflict(path, path)
    for (let dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
      const prefix = path.slice(0, dot)
      if (seen.has(prefix)) throw conflict(path, prefix)
      inner.add(prefix)
    }
    seen.add(path)
  }
}

const byName = (a: string, b: string): number => {
  const numbers = /^\d+$/.test(a) && /^\d+$/.test(b)
  return numbers ? Number(a) - Number(b) : a < b ? -1 : a > b ? 1 : 0
}

const byPath = (a: Change, b: Change): number => {
  for (let i = 0; i < a.parts.length && i < b.parts.length; i++) {
    const order = byName(a.parts[i] as string, b.parts[i] as string)
    if (order) return order
  }
  return a.parts.length - b.parts.length
}

/** One change by one operator. Throws what the operator has against its path or argument. */
export const readChange = (name: string, path: string, arg: Value, variables: Variables = {}): Change => {
  const parts = checkPath(path)
  const prepare = OPERATORS[name]
  if (prepare) return { name, path, parts, run: prepare(arg, path, variables) }
  if (arg.type !== T.STRING) throw badValue(`The 'to' field for $rename must be a string: ${path}: ${shellText(arg)}`)
  const to = stringOf(arg)
  const toParts = checkPath(to)
  if (to.includes('\0'))
    throw new CommandError(9867600, `The 'to' field for $rename may not contain null bytes: ${path}`)
  if (to === path) throw badValue(`The source and target field for $rename must differ: ${path}: "${to}"`)
  if (parts.some(isDynamic)) throw badValue(`The source field for $rename may not be dynamic: ${path}`)
  if (toParts.some(isDynamic)) throw badValue(`The destination field for $rename may not be dynamic: ${to}`)
  return { name, path, parts, run: (old) => old, to }
}

/** Parses `{$set: {...}, ...}` into changes in the order in which fields are made. Throws 9, 40, 52, 56, 2 or 14. */
export const parseChanges = (update: Value, filters: ArrayFilters, variables: Variables): Change[] => {
  const changes: Change[] = []
  for (const [name, v] of entriesOf(update)) {
    if (!Object.hasOwn(OPERATORS, name) && name !== '$rename')
      throw failedToParse(
        `Unknown modifier: ${name}. Expected a valid update modifier or pipeline-style update specified as an array`,
      )
    if (v.type !== T.OBJECT)
      throw failedToParse(
        `Modifiers operate on fields but we found type ${T.typeName(v.type)} instead. For example: {$mod: {<field>: ...}} not {${name}: ${shellText(v)}}`,
      )
    for (const [path, arg] of entriesOf(v)) changes.push(readChange(name, path, arg, variables))
  }
  checkConflicts(changes.flatMap(({ path, to }) => (to === undefined ? [path] : [path, to])))
  checkFilterUse(changes, filters)
  return changes.length > 1 ? changes.sort(byPath) : changes
}

const checkFilterUse = (changes: readonly Change[], filters: ArrayFilters): void => {
  const used = new Set<string>()
  for (const { parts, path } of changes)
    for (const part of parts) {
      const id = /^\$\[(.*)\]$/.exec(part)?.[1]
      if (id && !filters.has(id)) throw badValue(`No array filter found for identifier '${id}' in path '${path}'`)
      if (id) used.add(id)
    }
  for (const id of filters.keys())
    if (!used.has(id)) throw failedToParse(`The array filter for identifier '${id}' was not used in the update`)
}

const filterNames = (v: Value): string[] =>
  entriesOf(v).flatMap(([name, inner]) =>
    name === '$and' || name === '$or' || name === '$nor'
      ? entriesOf(inner).flatMap(([, item]) => filterNames(item))
      : [name.split('.')[0] as string],
  )

/** The elements of an `arrayFilters` option of a command or statement of that name. Throws 14. */
export const arrayFilterItems = (v: Value | undefined, name: string): Value[] | undefined => {
  const wrong = (field: string, type: number, wanted: string): CommandError =>
    typeMismatch(`BSON field '${field}' is the wrong type '${T.typeName(type)}', expected type '${wanted}'`)
  if (!v) return undefined
  if (v.type !== T.ARRAY) throw wrong(`${name}.arrayFilters`, v.type, 'array')
  const items = itemsOf(v)
  for (const [i, item] of items.entries())
    if (item.type !== T.OBJECT) throw wrong(`${name}.arrayFilters.${i}`, item.type, 'object')
  return items
}

/** Parses arrayFilters by identifier. Each filter's paths begin with one identifier. */
export const parseArrayFilters = (items: readonly Value[], variables: Variables): ArrayFilters => {
  const out = new Map<string, Node>()
  for (const item of items) {
    const filter = parseFilter(item, { ...variables, noExpr: true })
    const names = new Set(filterNames(item))
    const [id] = names
    if (id === undefined) throw failedToParse('Cannot use an expression without a top-level field name in arrayFilters')
    if (names.size > 1)
      throw failedToParse(
        `Error parsing array filter :: caused by :: Expected a single top-level field name, found '${[...names].join("' and '")}'`,
      )
    if (!/^[a-z][a-zA-Z0-9]*$/.test(id))
      throw badValue(
        `Error parsing array filter :: caused by :: The top-level field name must be an alphanumeric string beginning with a lowercase letter, found '${id}'`,
      )
    if (out.has(id)) throw failedToParse(`Found multiple array filters with the same top-level field name ${id}`)
    out.set(id, filter)
  }
  return out
}
