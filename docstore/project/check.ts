import * as T from '../bson/types.ts'
import { entriesOf, itemsOf, type Value } from '../bson/value.ts'
import { badValue, CommandError } from '../errors.ts'
import { OPERATORS } from '../expression/operators.ts'
import { readNumber } from '../filter/number.ts'
import { shellText } from '../store/shell-text.ts'
import { checkFieldPath, NamedPaths } from './path.ts'

const bad = (code: number, message: string): CommandError => new CommandError(code, message)

const checkSlice = (v: Value): void => {
  if (T.isNumeric(v.type)) return
  const items = v.type === T.ARRAY ? itemsOf(v) : []
  if (items.length < 2 || items.length > 3)
    throw bad(
      28667,
      `Invalid $slice syntax. The given syntax {$slice: ${shellText(v)}} did not match the find() syntax because :: Location31273: $slice only supports numbers and [skip, limit] arrays :: The given syntax did not match the expression $slice syntax. :: caused by :: Expression $slice takes at least 2 arguments, and at most 3, but ${Math.max(items.length, 1)} were passed in.`,
    )
  const [first, second] = items as [Value, Value]
  if (!T.isNumeric(first.type)) return
  if (items.length === 2 && T.isNumeric(second.type) && Math.trunc(readNumber(second)) > 0) return
  throw bad(28724, `First argument to $slice must be an array, but is of type: ${T.typeName(first.type)}`)
}

/** Reads a projection once for what may not be in it, whatever the documents are. */
class Check {
  private takes: boolean | undefined
  private position = false
  private element = false
  private readonly paths = new NamedPaths()

  private plain(path: string, takes: boolean): void {
    if (path === '_id') return
    if (this.takes === true && !takes) throw bad(31254, `Cannot do exclusion on field ${path} in inclusion projection`)
    if (this.takes === false && takes) throw bad(31253, `Cannot do inclusion on field ${path} in exclusion projection`)
    this.takes = takes
  }

  private positional(path: string, v: Value): string {
    if (v.type === T.OBJECT) throw bad(31271, `Positional projection '${path}' cannot be used with an expression`)
    if (v.type !== T.BOOL && !T.isNumeric(v.type))
      throw bad(31308, `Positional projection '${path}' cannot be used with a literal`)
    const takes = v.type === T.BOOL ? v.buf[v.start] === 1 : readNumber(v) !== 0
    if (!takes) throw bad(31395, 'positional projection cannot be used with exclusion')
    if (this.position) throw bad(31276, 'Cannot specify more than one positional projection per query.')
    if (this.element) throw bad(31255, 'Cannot specify positional operator and $elemMatch.')
    this.position = true
    this.plain(path, true)
    return path.slice(0, -2)
  }

  private elemMatch(path: string, v: Value): void {
    if (v.type !== T.OBJECT)
      throw bad(31274, `elemMatch: Invalid argument, object required, but got ${T.typeName(v.type)}`)
    if (path.includes('.')) throw bad(31275, `Cannot use $elemMatch projection on a nested field: ${path}`)
    if (this.position) throw bad(31255, 'Cannot specify positional operator and $elemMatch.')
    this.element = true
  }

  private expression(path: string, v: Value): void {
    const [[name, arg]] = entriesOf(v) as [[string, Value]]
    if (name === '$meta') throw badValue('$meta is not supported')
    if (name === '$slice') checkSlice(arg)
    else if (name === '$elemMatch') this.elemMatch(path, arg)
    else this.computed(name)
  }

  private computed(name: string): void {
    if (!OPERATORS.has(name)) throw bad(31325, `Unknown expression ${name}`)
    if (this.takes === false) throw bad(31252, 'Cannot use expression other than $meta in exclusion projection')
    this.takes ??= true
  }

  private literal(path: string, v: Value): void {
    if (this.takes === false)
      throw bad(31310, `Cannot use an expression ${path}: ${shellText(v)} in an exclusion projection`)
    this.takes ??= true
  }

  fields(v: Value, prefix: string): void {
    for (const [name, inner] of entriesOf(v)) this.field(prefix ? `${prefix}.${name}` : name, inner)
  }

  private field(given: string, v: Value): void {
    const parts = given.split('.')
    if (parts.length > 1 && parts.slice(0, -1).includes('$'))
      throw bad(
        31394,
        "As of 4.4, it's illegal to specify positional operator in the middle of a path. Positional projection may only be used at the end, for example: a.b.$. If the query previously used a form like a.b.$.d, remove the parts following the '$' and the results will be equivalent.",
      )
    const path = parts.length > 1 && parts.at(-1) === '$' ? this.positional(given, v) : given
    checkFieldPath(path)
    const operators = v.type === T.OBJECT ? entriesOf(v) : []
    const more = operators.length > 1 && operators.some(([name]) => name.startsWith('$'))
    if (v.type === T.OBJECT && more && path === given)
      throw bad(16410, "FieldPath field names may not start with '$'. Consider using $getField or $setField.")
    if (v.type === T.OBJECT && !operators[0]?.[0].startsWith('$')) {
      if (operators.length === 0)
        throw bad(51270, 'An empty sub-projection is not a valid value. Found empty object at path')
      this.fields(v, path)
      return
    }
    if (path === given) {
      if (v.type === T.OBJECT) this.expression(path, v)
      else if (v.type === T.BOOL) this.plain(path, v.buf[v.start] === 1)
      else if (T.isNumeric(v.type)) this.plain(path, readNumber(v) !== 0)
      else this.literal(path, v)
    }
    this.paths.add(path)
  }
}

/** Checks a find's projection before any document is looked at. Throws the codes MongoDB has for each mistake. */
export const checkProjection = (v: Value): void => new Check().fields(v, '')
